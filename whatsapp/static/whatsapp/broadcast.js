// Bulk sends: "all" or by hand, a question before what cannot be taken back, and progress without reloading.
document.addEventListener("DOMContentLoaded", () => {
  const all = document.querySelector("[data-everybody]");
  const picks = [...document.querySelectorAll("[data-pick]")];
  const follow = () => picks.forEach((pick) => { pick.disabled = all.checked; pick.checked = all.checked; });
  if (all) { all.addEventListener("change", follow); follow(); }

  document.querySelectorAll("[data-submit]").forEach((field) => field.addEventListener("change", () => field.form.requestSubmit()));
  document.querySelectorAll("[data-confirm]").forEach((button) => button.addEventListener("click", (event) => {
    if (!window.confirm(button.dataset.confirm)) event.preventDefault();
  }));
  const moment = document.querySelector("input[name=send_at]");
  if (moment) moment.addEventListener("input", () => { document.querySelector("input[name=when][value=later]").checked = true; });

  const live = document.getElementById("bc-live");
  if (!live) return;
  let wasRunning = Boolean(live.querySelector("[data-running]"));
  const look = async () => {
    if (document.visibilityState !== "visible" || !wasRunning) return;
    const answer = await fetch(live.dataset.url, { credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const found = await answer.json();
    live.innerHTML = found.html;
    const running = Boolean(live.querySelector("[data-running]"));
    if (wasRunning && !running) location.reload(); // the buttons above change with the state
    wasRunning = running;
  };
  setInterval(look, 3000);
});
