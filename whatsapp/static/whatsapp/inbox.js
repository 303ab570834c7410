// The inbox without reloads: asks for news, puts in what changed, sends forms in the background. Without this script
// the page works too: every form posts and comes back.
document.addEventListener("DOMContentLoaded", () => {
  const inbox = document.getElementById("inbox");
  if (!inbox) return;
  const every = 3000;
  const seals = {};
  const words = inbox.dataset;
  let left = Number(words.left || 0);
  let lastTick = Date.now();
  // On another page the thread is drawn unasked: it counts as read once somebody turns to it.
  let stopSeen = "next" in words;
  const $ = (selector) => inbox.querySelector(selector);

  const csrf = () => $("input[name=csrfmiddlewaretoken]")?.value || "";
  const threadUrl = (act) => $("#ib-acts").getAttribute("action").replace(/seen\/$/, `${act}/`);

  async function post(url, data) {
    const body = data instanceof FormData ? data : new FormData();
    if (!(data instanceof FormData)) Object.entries(data).forEach(([name, value]) => body.append(name, value));
    const headers = { "X-Requested-With": "fetch", "X-CSRFToken": csrf() };
    const answer = await fetch(url, { method: "POST", body, headers, credentials: "same-origin" });
    const type = answer.headers.get("content-type") || "";
    if (!type.includes("json")) throw new Error(String(answer.status));
    return answer.json();
  }

  function toast(text) {
    const box = $(".ib-toast");
    box.textContent = text;
    box.hidden = !text;
    clearTimeout(toast.timer);
    toast.timer = setTimeout(() => { box.hidden = true; }, 6000);
  }

  function put(name, html) {
    const place = $(`#ib-${name}`);
    if (!place) return;
    // Whoever opened the faces of a message is about to press one: what is under the finger does not move.
    if (name === "bubbles" && place.querySelector(".ib-tools details[open]")) return;
    const list = place.querySelector(".ib-lines");
    const at = list ? list.scrollTop : 0;
    const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    place.innerHTML = html;
    if (list) place.querySelector(".ib-lines").scrollTop = at;
    if (focused) place.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  }

  async function news() {
    const query = new URLSearchParams({ ...(words.next ? { next: words.next } : { box: words.box, q: words.q }), ...seals });
    if (words.thread) { query.set("thread", words.thread); query.set("verdict", words.verdict); }
    try {
      const answer = await fetch(`${words.news}?${query}`, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const found = await answer.json();
      const first = !("list" in seals);
      for (const [name, html] of Object.entries(found.parts)) if (!first || name !== "composer") put(name, html);
      Object.assign(seals, found.seals);
      words.now = found.now;
      if ("seconds_left" in found) { left = found.seconds_left; lastTick = Date.now(); }
      if (found.composer) {
        const draft = $("#ib-text")?.value;
        put("composer", found.composer);
        words.verdict = found.verdict;
        if (draft && $("#ib-text")) $("#ib-text").value = draft;
      }
      $(".ib-lost").hidden = true;
      if (words.thread && found.parts.bubbles && document.visibilityState === "visible") seen();
    } catch {
      $(".ib-lost").textContent = words.wordsLost;
      $(".ib-lost").hidden = false;
    }
  }

  async function seen() {
    if (!stopSeen && csrf() && $("#ib-composer form")) await post(threadUrl("seen"), { until: words.now }).catch(() => {});
  }

  function countdown() {
    const shown = $(".ib-left-time");
    if (!shown) return;
    const minutes = Math.floor(Math.max(0, left - (Date.now() - lastTick) / 1000) / 60);
    const hours = Math.floor(minutes / 60);
    shown.textContent = hours ? `${hours} ${words.wordsHour} ${minutes % 60} ${words.wordsMinute}` : `${minutes} ${words.wordsMinute}`;
  }

  inbox.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!form.matches("[data-send]") && form.id !== "ib-acts") return;
    event.preventDefault();
    const url = (button && button.getAttribute("formaction")) || form.getAttribute("action");
    const leave = button && "leave" in button.dataset;
    if (leave) stopSeen = true;
    if (button) button.disabled = true;
    try {
      const done = await post(url, new FormData(form));
      if (done.words) toast(done.words);
      if (done.ok && form.matches("[data-send]")) {
        const nonce = form.querySelector("[name=nonce]");
        if (nonce) nonce.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
        form.querySelectorAll("textarea, [data-attach]").forEach((field) => { field.value = ""; });
        attached(form.querySelector("[data-attach]"));
        unquote();
        if (form.matches(".ib-assign")) location.reload();
      }
      if (done.ok && leave) { location.href = $(".ib-back").href; return; }
      await news();
      const scroll = $(".ib-scroll");
      if (scroll) scroll.scrollTop = 0;
    } catch {
      form.removeAttribute("data-send");
      toast(words.wordsLost);
    } finally {
      if (button) button.disabled = false;
    }
  });

  function attached(field) {
    if (!field) return;
    const name = field.parentElement.querySelector(".ib-attach-name");
    name.textContent = field.files.length ? field.files[0].name : name.dataset.empty;
  }

  function unquote() {
    const box = $(".ib-quoting");
    if (!box) return;
    box.hidden = true;
    $("[name=reply_to]").value = "";
  }

  inbox.addEventListener("focusin", () => { if (words.next && stopSeen) { stopSeen = false; seen(); } });

  inbox.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.quote) {
      const bubble = document.getElementById(`m${button.dataset.quote}`);
      const said = bubble.querySelector(".ib-words")?.textContent || "";
      $("[name=reply_to]").value = button.dataset.quote;
      $(".ib-quoting-words").textContent = said.slice(0, 160);
      $(".ib-quoting").hidden = false;
      tab("answer");
      $("#ib-text").focus();
    } else if ("unquote" in button.dataset) {
      unquote();
    } else if (button.dataset.react) {
      button.closest("details").open = false;
      const done = await post(threadUrl("react"), { message: button.dataset.react, emoji: button.value }).catch(() => ({ words: words.wordsLost }));
      if (done.words) toast(done.words);
      news();
    } else if (button.dataset.tab) {
      tab(button.dataset.tab);
    }
  });

  function tab(name) {
    inbox.querySelectorAll("[data-panel]").forEach((panel) => { panel.hidden = panel.dataset.panel !== name; });
    inbox.querySelectorAll("[data-tab]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.tab === name)));
    $(`[data-panel=${name}] textarea`)?.focus();
  }

  inbox.addEventListener("change", (event) => {
    const field = event.target;
    if ("attach" in field.dataset) attached(field);
    if ("canned" in field.dataset && field.value) {
      const text = $("#ib-text");
      text.value = text.value ? `${text.value}\n${field.value}` : field.value;
      field.value = "";
      text.focus();
    } else if ("submit" in field.dataset) {
      field.form.requestSubmit();
    } else if (field.id === "ib-template") {
      preview(field.form, true);
    }
  });

  let typing;
  inbox.addEventListener("input", (event) => {
    const field = event.target;
    if (field.id === "ib-text") $(".ib-count").textContent = field.value.length > 3800 ? `${field.value.length} / 4096` : "";
    if (field.name && field.name.startsWith("var_")) {
      clearTimeout(typing);
      typing = setTimeout(() => preview(field.form, false), 250);
    }
  });

  const filled = () => [...inbox.querySelectorAll("#ib-picked [name^=var_]")];
  let asked = 0;
  let choosing = false;

  async function preview(form, changed) {
    if (choosing && !changed) return; // its answer brings over what is typed meanwhile
    if (changed) { choosing = true; filled().forEach((field) => { field.dataset.was ??= field.value; }); }
    const turn = ++asked;
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (name === "template" || (!changed && name.startsWith("var_"))) query.set(name, value);
    const answer = await fetch(`${form.dataset.preview}?${query}`, { credentials: "same-origin" }).catch(() => null);
    const html = answer && answer.ok ? await answer.text() : "";
    if (turn !== asked) return; // asked again since: that answer is the one to show
    choosing = false;
    if (!html) { toast(words.wordsLost); return; }
    const typed = filled().filter((field) => (changed ? field.value !== (field.dataset.was ?? field.value) : field === document.activeElement));
    redraw(html, typed.map((field) => [field.name, field.value]));
    if (changed && typed.length) preview(form, false);
  }

  // The phone, the marks and the fields are new; what somebody just wrote and where the cursor stood is not.
  function redraw(html, typed) {
    const place = $("#ib-picked");
    const { name: focused, selectionStart: at } = document.activeElement;
    place.innerHTML = html;
    for (const [name, value] of typed) filled().filter((field) => field.name === name).forEach((field) => { field.value = value; });
    const field = filled().find((one) => one.name === focused);
    if (field) { field.focus(); field.setSelectionRange(at, at); }
  }

  document.addEventListener("keydown", (event) => {
    const inField = event.target.closest("input, textarea, select");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest("[data-send]")) {
      event.preventDefault();
      event.target.form.requestSubmit(event.target.form.querySelector("button.ib-main"));
    } else if (event.key === "Escape" && inbox.contains(event.target)) {
      unquote();
    } else if (event.key === "r" && !inField && !event.ctrlKey && !event.metaKey && !event.altKey && $("#ib-text")) {
      event.preventDefault();
      tab("answer");
    } else if ((event.key === "j" || event.key === "k") && !inField && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const lines = [...inbox.querySelectorAll("a.ib-line")];
      const at = lines.findIndex((line) => line.matches("[aria-current]"));
      const next = lines[at < 0 ? 0 : at + (event.key === "j" ? 1 : -1)];
      if (next) next.click();
    }
  });

  const person = $(".ib-person");
  if (person && matchMedia("(max-width: 1279px)").matches) person.open = false;
  if (words.thread && document.visibilityState === "visible") seen().then(news);
  setInterval(() => { if (document.visibilityState === "visible") news(); }, every);
  setInterval(countdown, 15000);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") news(); });
});
