/* Ticks on the list without reloading: the same form, the same answer, only what differs is put in place.
   Without this file, or when the answer is not a page, the form is simply submitted. */
"use strict";

const LIVE = ["#groceries", ".bar"];

async function send(form) {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" });
  if (!answer.ok) throw new Error(`the page answered ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function openDetails(root) {
  return [...root.querySelectorAll("details")].map((element) => element.open);
}

function put(fresh) {
  for (const place of LIVE) {
    const now = document.querySelector(place);
    const then = fresh.querySelector(place);
    if (!now || !then) throw new Error(`the page has no ${place}`);
    const open = openDetails(now);
    now.replaceWith(then);
    then.querySelectorAll("details").forEach((element, at) => { element.open = open[at] ?? element.open; });
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-live]")) return;
  event.preventDefault();
  const tapped = form.querySelector("button").id;
  const list = document.querySelector("#groceries");
  if (list.getAttribute("aria-busy") === "true") return;
  list.setAttribute("aria-busy", "true");
  try {
    put(await send(form));
    document.getElementById(tapped)?.focus({ preventScroll: true });
  } catch (error) {
    console.error(error);
    form.submit();
  }
});
