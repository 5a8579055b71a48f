// The worklist page: filter, sort and search over rows that are drawn only where they can be seen.
(() => {
  const list = document.querySelector(".list");
  const source = document.getElementById("worklist-data");
  if (!list || !source) return;
  const { rows, texts } = JSON.parse(source.textContent);
  const filters = document.querySelector(".filters");
  const body = list.querySelector("tbody");
  const UNKNOWN = "–";
  const GUESS = 190; // height of a row before it was drawn, pixels
  const AROUND = 600; // drawn beyond what is seen, pixels
  const LABELS = {};
  const TONES = {};
  for (const chip of filters.querySelectorAll("[data-class]")) {
    LABELS[chip.dataset.class] = chip.textContent.replace(/ \d+$/, "");
    TONES[chip.dataset.class] = [...chip.classList].find((name) => name !== "chip");
  }

  for (const row of rows) {
    row.loss = Math.max(-1, ...row.levels.map((level) => level.percent ?? -1));
    row.text = [
      row.date, row.accession, row.patient, row.uid, LABELS[row.class],
      ...[row.failure, row.outdated, ...row.reasons, ...row.questions].filter((at) => at !== null).map((at) => texts[at]),
      ...row.levels.flatMap((level) => [level.name, texts[level.status], texts[level.preference], texts[level.edema]]),
    ].filter(Boolean).join("\n").toLowerCase();
  }

  // --- what is shown -------------------------------------------------------------------------------------------
  const chips = [...filters.querySelectorAll("[data-class]")];
  const find = (id) => document.getElementById(id);
  const [search, status, preference, sort] = ["search", "status", "preference", "sort"].map(find);
  for (const [select, key] of [[status, "status"], [preference, "preference"]]) {
    const used = [...new Set(rows.flatMap((row) => row.levels.map((level) => level[key])))];
    for (const at of used) select.append(element("option", { value: at, textContent: texts[at] }));
  }
  const ORDERS = {
    rank: (a, b) => a.rank - b.rank,
    loss: (a, b) => b.loss - a.loss || a.rank - b.rank,
    newest: (a, b) => (b.date ?? "").localeCompare(a.date ?? "") || a.rank - b.rank,
    oldest: (a, b) => (a.date ?? "").localeCompare(b.date ?? "") || a.rank - b.rank,
    questions: (a, b) => a.questions.length - b.questions.length || a.rank - b.rank,
  };
  let found = rows;
  let heights = new Float64Array(0);
  let tops = new Float64Array(1);

  function apply() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const classes = new Set(chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.dataset.class));
    const [wanted, side] = [status.value, preference.value];
    found = rows.filter((row) =>
      classes.has(row.class)
      && words.every((word) => row.text.includes(word))
      && ((!wanted && !side) || row.levels.some((level) =>
        (!wanted || level.status === Number(wanted)) && (!side || level.preference === Number(side)))));
    if (sort.value !== "rank") found.sort(ORDERS[sort.value]);
    heights = new Float64Array(found.length).fill(GUESS);
    find("shown").textContent = `${found.length} of ${rows.length} shown`;
    list.scrollTop = 0;
    drawn = "";
    place();
    draw();
  }

  function place() {
    tops = new Float64Array(found.length + 1);
    for (let i = 0; i < found.length; i++) tops[i + 1] = tops[i] + heights[i];
  }

  function at(pixel) {
    let [low, high] = [0, found.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tops[middle + 1] > pixel) high = middle;
      else low = middle + 1;
    }
    return Math.max(0, low);
  }

  let drawn = "";
  function draw() {
    const first = at(list.scrollTop - AROUND);
    const last = Math.min(found.length, at(list.scrollTop + list.clientHeight + AROUND) + 1);
    if (drawn === `${first} ${last}`) return;
    drawn = `${first} ${last}`;
    show(first, last);
    const made = [...body.querySelectorAll("tr.study")];
    let changed = false;
    made.forEach((row, k) => {
      const height = row.getBoundingClientRect().height;
      if (Math.abs(heights[first + k] - height) > 0.5) { heights[first + k] = height; changed = true; }
    });
    if (changed) { place(); space(first, last); }
  }

  function show(first, last) {
    const shown = found.slice(first, last).map((row, k) => line(row, first + k));
    body.replaceChildren(spacer(), ...shown, spacer());
    space(first, last);
  }

  function space(first, last) {
    body.firstElementChild.firstElementChild.style.height = `${tops[first]}px`;
    body.lastElementChild.firstElementChild.style.height = `${tops[found.length] - tops[last]}px`;
  }

  const spacer = () => element("tr", { className: "spacer", ariaHidden: "true" }, element("td", { colSpan: 6 }));
  const cell = (name, ...inside) => element("td", { className: name }, ...inside);
  const small = (text, more = "") => element("div", { className: `small ${more}`, textContent: text });

  function line(row, k) {
    const date = row.date ?? "undated study";
    const image = row.picture
      ? element("img", { src: row.picture, alt: `Study ${row.rank}. ${row.alt || "Sagittal image."}`, loading: "lazy" })
      : element("span", { className: "soft small", textContent: "no image" });
    const which = cell("which", row.link ? element("a", { href: row.link, textContent: date }) : date,
      small(`Accession ${row.accession ?? UNKNOWN}`), small(`Patient ID ${row.patient ?? UNKNOWN}`),
      element("div", { className: "uid soft", textContent: row.uid }));
    if (row.outdated !== null) which.append(element("div", { className: "small" }, element("strong", { textContent: texts[row.outdated] })));
    if (row.about !== null) which.append(small(texts[row.about], "soft"));
    const reasons = row.reasons.map((one) => element("li", { textContent: texts[one] }));
    if (row.failure !== null) reasons.unshift(element("li", {}, element("strong", { textContent: texts[row.failure] })));
    const why = cell("why", element("span", { className: `chip ${TONES[row.class]}`, textContent: LABELS[row.class] }),
      row.score === null ? "" : element("span", { className: "soft small", textContent: ` score ${row.score}` }),
      element("ul", { className: "small" }, ...reasons));
    const levels = row.levels.length ? row.levels.map(level) : [element("span", { className: "soft small", textContent: texts[row.unflagged] })];
    const questions = row.questions.map((one) => element("li", { textContent: texts[one].split("\n")[0] }));
    const made = element("tr", { className: "study" }, cell("rank", String(row.rank)), cell("image", image), which, why,
      cell("levels", ...levels), cell("missing small", questions.length ? element("ol", {}, ...questions) : UNKNOWN));
    made.setAttribute("aria-rowindex", k + 2);
    return made;
  }

  function level(one) {
    const made = element("div", { className: "lv" }, element("b", { textContent: one.name }), `: loss ${one.loss}, ${texts[one.edema]}`,
      element("br"), element("span", { className: `chip small ${one.tone}`, textContent: texts[one.status] }), " ",
      element("span", { className: `chip small ${one.side}`, textContent: texts[one.preference] }));
    if (one.best !== null) made.append(element("br"), element("span", { className: "small", textContent: `at best: ${texts[one.best]}` }));
    return made;
  }

  // --- download: RFC 4180, and nothing that a spreadsheet would run --------------------------------------------
  function csv() {
    const quoted = (value) => {
      // as csv_table.py: also behind blanks and quotation marks, and where a spreadsheet splits cells at ;
      const safe = String(value ?? "").split(";").map((part) => (/^[ "\u00a0\u3000]*[=+\-@\t\r\n＝＋－＠]/.test(part) ? `'${part}` : part)).join(";");
      return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
    };
    const said = (numbers) => numbers.map((one) => texts[one].replaceAll("\n", " ")).join("; ");
    const head = ["rank", "priority", "score", "study_date", "accession_number", "patient_id", "study_instance_uid", "levels", "why", "to_find_out", "outdated"];
    const lines = found.map((row) => [
      row.rank, LABELS[row.class], row.score, row.date, row.accession, row.patient, row.uid,
      row.levels.map((one) => `${one.name}: loss ${one.loss}, ${texts[one.edema]}, ${texts[one.status]}, ${texts[one.preference]}`).join("; "),
      said([...(row.failure === null ? [] : [row.failure]), ...row.reasons]), said(row.questions),
      row.outdated === null ? "" : texts[row.outdated],
    ]);
    return [head, ...lines].map((one) => one.map(quoted).join(",")).join("\r\n") + "\r\n";
  }

  find("download").addEventListener("click", () => {
    const address = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
    element("a", { href: address, download: "worklist_shown.csv" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  });
  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      apply();
    });
  }
  search.addEventListener("input", apply);
  for (const select of [status, preference, sort]) select.addEventListener("change", apply);
  list.addEventListener("scroll", draw);
  addEventListener("resize", () => { drawn = ""; draw(); });
  addEventListener("beforeprint", () => show(0, Math.min(found.length, 200)));
  addEventListener("afterprint", () => { drawn = ""; draw(); });
  list.querySelector("table").setAttribute("aria-rowcount", rows.length + 1);
  filters.hidden = list.hidden = false;
  apply();
})();
