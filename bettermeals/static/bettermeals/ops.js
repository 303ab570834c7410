// What the theme lacks for the keyboard: a skip link past twelve sidebar stops, filters that take the focus, and icon names
// ("dashboard") that a screen reader should not read aloud. See also keyboard.js and dialogs.js.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".material-symbols-outlined").forEach((icon) => icon.setAttribute("aria-hidden", "true"));

  // An icon alone is no name: the logo's link and the search button said nothing to a screen reader.
  const hindi = document.documentElement.lang.startsWith("hi");
  document.querySelector("#searchbar-submit")?.setAttribute("aria-label", hindi ? "खोजें" : "Search");
  document.querySelector('a.bg-primary-600[href="/admin/"]')?.setAttribute("aria-label", "BetterMeals");
  document.querySelectorAll('a[x-on\\:click="showActions = !showActions"]').forEach((more) => {
    more.setAttribute("role", "button");
    more.setAttribute("aria-label", hindi ? "काम" : "Actions");
  });

  // A picker drawn by a script, and Django's two lists beside one another, are named by what stands before them. Both
  // are drawn later than this, at a moment of their own, and again for each row that is added.
  function named() {
    document.querySelectorAll(".help-tooltip:not([role])").forEach((help) => help.setAttribute("role", "img"));
    document.querySelectorAll("select.select2-hidden-accessible").forEach((field) => {
      const name = field.labels[0]?.textContent.trim() || field.name;
      field.nextElementSibling?.querySelectorAll("[role]:not([aria-label])").forEach((drawn) => {
        drawn.removeAttribute("aria-labelledby");
        drawn.setAttribute("aria-label", name);
      });
    });
  }
  if (document.querySelector("select.admin-autocomplete, select.selectfilter")) {
    new MutationObserver(named).observe(document.body, { childList: true, subtree: true });
    named();
  }

  const main = document.querySelector("#main, main, #content");
  if (main) {
    main.id = main.id || "main";
    main.tabIndex = -1;
    const skip = document.createElement("a");
    skip.href = `#${main.id}`;
    skip.textContent = document.documentElement.lang.startsWith("hi") ? "सीधे सामग्री पर" : "Skip to content";
    skip.className = "bm-skip";
    document.body.prepend(skip);
  }

  const filters = document.querySelector('a[x-on\\:click="filterOpen = true"]');
  if (filters) {
    filters.setAttribute("role", "button");
    filters.tabIndex = 0;
    filters.addEventListener("click", () => {
      const first = "#changelist-filter input, #changelist-filter select, #changelist-filter a";
      requestAnimationFrame(() => document.querySelector(first)?.focus());
    });
  }
});

// The queue keeps itself up to date: what resolved itself disappears, what is new appears. A line that somebody is
// busy with (its menu is open, the keyboard is in it) is left alone until the next round.
const REFRESH_MS = 20000;

document.addEventListener("DOMContentLoaded", () => {
  const queue = document.getElementById("bm-queue");
  if (!queue) return;
  setInterval(async () => {
    const busy = document.hidden || queue.querySelector("details[open]") || queue.contains(document.activeElement);
    if (busy) return;
    const answer = await fetch(queue.dataset.refresh + window.location.search, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    queue.innerHTML = await answer.text();
    window.htmx?.process(queue); // its buttons open dialogs
  }, REFRESH_MS);
});

// The sidebar's counts keep up on every page that stays open, and again when somebody comes back to it.
document.addEventListener("DOMContentLoaded", () => {
  const sidebar = document.getElementById("nav-sidebar-apps");
  if (!sidebar) return;
  const badge = "ml-2 px-1 relative rounded-xs text-center text-[11px] font-semibold h-[18px] leading-[18px] min-w-[18px] bg-red-100 text-red-700 dark:bg-red-500/20 dark:text-red-400";
  function show(link, count) {
    let shown = link.querySelector(".rounded-xs");
    if (!count) return shown?.remove();
    if (!shown) {
      shown = document.createElement("span");
      shown.className = badge;
      link.append(shown);
    }
    if (shown.textContent.trim() !== String(count)) shown.textContent = count;
  }
  async function count() {
    if (document.hidden) return;
    const answer = await fetch("/admin/queue/counts/", { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const found = await answer.json();
    sidebar.querySelectorAll("a[href]").forEach((link) => {
      const address = link.getAttribute("href");
      if (address in found) show(link, found[address]);
    });
  }
  setInterval(count, REFRESH_MS);
  document.addEventListener("visibilitychange", count);
});

// A page that shows something moving comes again by itself, but never under somebody's hands.
document.addEventListener("DOMContentLoaded", () => {
  const moving = document.querySelector("[data-reload]");
  if (!moving) return;
  setInterval(() => {
    const typing = moving.contains(document.activeElement) || [...moving.querySelectorAll("input[name=reason]")].some((box) => box.value);
    if (!document.hidden && !typing) window.location.reload();
  }, 1000 * Number(moving.dataset.reload));
});
