// What the theme lacks for the keyboard: a skip link past twelve sidebar stops, filters that open by Enter, and icon
// names ("dashboard") that a screen reader should not read aloud.
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
    filters.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      filters.click();
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
    if (answer.ok && !answer.redirected) queue.innerHTML = await answer.text();
  }, REFRESH_MS);
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
