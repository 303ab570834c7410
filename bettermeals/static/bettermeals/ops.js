// What the theme lacks for the keyboard: a skip link past twelve sidebar stops, filters that open by Enter, and icon
// names ("dashboard") that a screen reader should not read aloud.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".material-symbols-outlined").forEach((icon) => icon.setAttribute("aria-hidden", "true"));

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
