// The template editor: the phone and Meta's rules follow what is typed; nothing is kept until "Keep".
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("te-form");
  if (!form) return;
  const place = (id) => document.getElementById(id);

  function counts() {
    form.querySelectorAll("[data-count]").forEach((shown) => {
      const used = form.elements[shown.dataset.count].value.length;
      shown.textContent = `${used} / ${shown.dataset.limit}`;
      shown.classList.toggle("bc-bad", used > Number(shown.dataset.limit));
    });
    form.querySelectorAll(".te-button").forEach((row) => {
      row.querySelector("[data-url]").hidden = row.querySelector("select").value !== "URL";
    });
  }

  let turn = 0;
  async function check() {
    const mine = ++turn;
    const body = new FormData(form);
    const answer = await fetch(form.dataset.check, { method: "POST", body, credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok || mine !== turn) return;
    const found = await answer.json();
    place("te-phone").innerHTML = found.phone;
    place("te-rules").innerHTML = found.rules;
    // Fields of variables change only with their number: what somebody types in one of them stays.
    if (found.count !== place("te-variables").querySelectorAll("[name^=name_]").length) place("te-variables").innerHTML = found.variables;
    const submit = place("te-submit");
    if (submit) submit.disabled = found.stopped;
  }

  let waiting;
  const later = () => { counts(); clearTimeout(waiting); waiting = setTimeout(check, 250); };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.querySelector("[data-insert]")?.addEventListener("click", () => {
    const body = form.elements.body;
    const numbers = [...body.value.matchAll(/\{\{(\d+)\}\}/g)].map((found) => Number(found[1]));
    body.setRangeText(`{{${Math.max(0, ...numbers) + 1}}}`, body.selectionStart, body.selectionEnd, "end");
    body.focus();
    later();
  });
  counts();
});
