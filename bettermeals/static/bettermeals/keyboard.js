// The theme hangs what it does on clicks of spans and divs: the menu of a phone, the account, a row's acts, the close of a
// dialog. Here they become buttons with a name that the keyboard reaches and that answer to Enter and the space bar.
const CLICKED = "[x-on\\:click]:not(a[href], button, input, select, textarea, summary, label, [role=tab])";
const NAMES = [
  ["sidebarMobileOpen", "Menu", "मेनू"],
  ["sidebarDesktopOpen", "Show or hide the menu", "मेनू दिखाएँ या छिपाएँ"],
  ["openUserLinks", "Account", "खाता"],
  ["openActionsId", "Actions", "काम"],
  ["openModal = false", "Dismiss", "रहने दें"],
  ["filterOpen = false", "Close the filters", "फ़िल्टर बंद करें"],
  ["openRelatedWidgetWrapper", "More", "और"],
  ["openTabsDropdown", "More", "और"],
  ["showPassword", "Show or hide the password", "पासवर्ड दिखाएँ या छिपाएँ"],
  ["switchTheme"], // its words stand in it
];

window.reachable = (where) => {
  const hindi = document.documentElement.lang.startsWith("hi");
  where.querySelectorAll(CLICKED).forEach((clicked) => {
    const done = clicked.getAttribute("x-on:click");
    const name = NAMES.find(([part]) => done.includes(part));
    if (!name || clicked.id === "changelist-filter-close") return;
    clicked.setAttribute("role", "button");
    if (name[1]) clicked.setAttribute("aria-label", name[hindi ? 2 : 1]);
    clicked.removeAttribute("aria-hidden");
    clicked.tabIndex = 0;
  });
};

document.addEventListener("DOMContentLoaded", () => window.reachable(document));

document.addEventListener("keydown", (event) => {
  const button = event.target.closest?.('[role="button"]:not(button)');
  const wanted = event.key === " " || (event.key === "Enter" && !button?.matches("a[href]"));
  if (!button || !wanted || event.target !== button) return;
  event.preventDefault();
  button.click();
});
