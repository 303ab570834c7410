// What the theme's dialogs lack for the keyboard: they say what they are, take the focus, keep it while they are open and
// give it back to what opened them.
document.addEventListener("DOMContentLoaded", () => {
  const box = document.getElementById("modal-content");
  if (!box) return;
  const fields = "input:not([type=hidden]), select, textarea";
  const stops = `a[href], button, [tabindex="0"], ${fields}`;
  const seen = (found) => [...found].filter((each) => !each.disabled && each.offsetParent !== null);
  let opener = null;

  function named() {
    const dialog = box.querySelector("#dialog");
    if (!dialog) return;
    dialog.setAttribute("role", "dialog");
    dialog.setAttribute("aria-modal", "true");
    const title = dialog.querySelector("h1");
    if (title) {
      title.id = "dialog-title";
      dialog.setAttribute("aria-labelledby", title.id);
    }
    dialog.querySelectorAll(".material-symbols-outlined").forEach((icon) => icon.setAttribute("aria-hidden", "true"));
    window.reachable(dialog);
  }

  function focus() {
    const wrong = box.querySelector(`[aria-invalid="true"], :has(> .errorlist) ${fields}`);
    const first = wrong || seen(box.querySelectorAll(fields))[0] || box.querySelector('[type="submit"]');
    first?.focus();
  }

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target === box) opener = event.detail.elt;
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (!box.contains(event.detail.elt)) return;
    named();
    setTimeout(focus, 50); // shown by then
  });
  new MutationObserver(() => {
    if (box.parentElement.style.display !== "none" || !opener) return;
    if (box.contains(document.activeElement) || document.activeElement === document.body) opener.focus();
    opener = null;
  }).observe(box.parentElement, { attributes: true, attributeFilter: ["style"] });

  box.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    const found = seen(box.querySelectorAll(stops));
    const [first, last] = [found[0], found[found.length - 1]];
    if (document.activeElement !== (event.shiftKey ? first : last)) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  });
});
