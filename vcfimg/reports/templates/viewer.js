// The viewer of a study page: linked stacks of slices, drawn on canvases from the data inside the page.
(() => {
  const place = document.getElementById("viewer");
  const source = document.getElementById("viewer-data");
  if (!place || !source || typeof DecompressionStream === "undefined") return;
  const data = JSON.parse(source.textContent);
  if (!data) return;

  const COLOURS = { plain: "#9fd3ff", collapsed: "#ff9f43", edema: "#ff8be0", unmeasured: "#cfcfcf", unknown: "#cfcfcf" };
  const DASHES = { plain: [], collapsed: [], edema: [8, 4], unmeasured: [2, 4], unknown: [8, 3] };
  const WIDTHS = { plain: 1.2, collapsed: 2.4, edema: 2.2, unmeasured: 1.3, unknown: 1.3 };
  const FIT_MM = 135; // shown across a panel at first: the bodies with their names in front, and the canal
  const TIGHT_MM = 116; // no less than this, where the whole spine fits so
  const NAMES_MM = 34; // twice how far the bodies stand behind the middle of a panel, to leave room for their names

  // --- geometry: LPS millimetres, [column, row, slice] indices -------------------------------------------------
  const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  const along = (p, direction, mm) => [p[0] + direction[0] * mm, p[1] + direction[1] * mm, p[2] + direction[2] * mm];
  const axis = (stack, k) => [stack.affine[0][k], stack.affine[1][k], stack.affine[2][k]];

  function prepare(stack) {
    const origin = axis(stack, 3);
    stack.axes = [0, 1, 2].map((k) => {
      const vector = axis(stack, k);
      const length = Math.hypot(...vector);
      return { unit: vector.map((part) => part / length), mm: length };
    });
    // the axes are at right angles, so an index is a projection
    stack.index = (p) => stack.axes.map((one) => dot(minus(p, origin), one.unit) / one.mm);
    stack.point = (c, r, s) => [c, r, s].reduce((p, n, k) => along(p, stack.axes[k].unit, n * stack.axes[k].mm), origin);
    stack.unpacked = new Map();
  }
  for (const panel of data.panels) panel.stacks.forEach(prepare);
  const lead = data.panels[0].stacks[0];
  const [RIGHT, DOWN, ACROSS] = lead.axes.map((one) => one.unit);
  const byId = new Map(data.bodies.map((body) => [body.id, body]));

  // --- slices: zlib, then the median predictor of slice_codec.py -----------------------------------------------
  async function unpack(stack, k) {
    const text = atob(stack.slices[k]);
    const packed = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    const raw = new Uint8Array(await new Response(stream).arrayBuffer());
    const { rows, columns, steps } = stack;
    const size = rows * columns;
    const values = new Uint16Array(size);
    for (let i = 0; i < size; i++) {
      const folded = steps > 256 ? raw[i] | (raw[size + i] << 8) : raw[i];
      const column = i % columns;
      const left = column ? values[i - 1] : 0;
      const above = i >= columns ? values[i - columns] : 0;
      const corner = column && i >= columns ? values[i - columns - 1] : 0;
      const low = Math.min(left, above);
      const high = Math.max(left, above);
      const guess = Math.max(low, Math.min(high, left + above - corner));
      const difference = folded & 1 ? -((folded + 1) >> 1) : folded >> 1;
      values[i] = (guess + difference + steps) % steps;
    }
    return values;
  }

  function slice(stack, k) {
    if (!stack.unpacked.has(k)) {
      stack.unpacked.set(k, null);
      unpack(stack, k).then((values) => {
        stack.unpacked.set(k, { values, picture: null, look: "" });
        schedule();
      });
    }
    return stack.unpacked.get(k);
  }

  function picture(stack, k, grey) {
    const found = slice(stack, k);
    if (!found) return null;
    const look = `${grey.brightness},${grey.contrast}`;
    if (found.look !== look) {
      const [low, high] = stack.window;
      const width = Math.max(1e-6, (high - low) / grey.contrast);
      const black = (low + high) / 2 - grey.brightness * (high - low) - width / 2;
      const table = new Uint8ClampedArray(stack.steps);
      for (let v = 0; v < stack.steps; v++) table[v] = Math.round((255 * (v - black)) / width);
      const canvas = found.picture ?? element("canvas", { width: stack.columns, height: stack.rows });
      const image = new ImageData(stack.columns, stack.rows);
      const words = new Uint32Array(image.data.buffer);
      for (let i = 0; i < words.length; i++) words[i] = 0xff000000 | (table[found.values[i]] * 0x010101);
      canvas.getContext("2d").putImageData(image, 0, 0);
      found.picture = canvas;
      found.look = look;
    }
    return found.picture;
  }

  // --- state ---------------------------------------------------------------------------------------------------
  const boxes = [...place.querySelectorAll("input[data-overlay]")];
  const remembered = memory.get("overlays", {});
  for (const box of boxes) if (typeof remembered[box.dataset.overlay] === "boolean") box.checked = remembered[box.dataset.overlay];
  const shown = () => Object.fromEntries(boxes.map((box) => [box.dataset.overlay, box.checked]));
  const greys = data.panels.map(() => ({ brightness: 0, contrast: 1 }));
  const stops = data.levels.filter((id) => byId.has(id));
  const levels = stops.length ? stops : data.bodies.map((body) => body.id);
  // center: what stands in the middle of a panel; focus: the point that the axial slice passes through
  const state = { center: null, focus: null, zoom: null, level: null, active: 0 };

  function goTo(id) {
    const body = byId.get(id);
    if (!body) return;
    state.level = id;
    look(body.center);
  }

  // Bring a point into the middle, as far as the image around it fills the panel.
  function look(point) {
    const { clientWidth: width, clientHeight: height } = views[0].canvas;
    const rows = lead.rows * lead.axes[1].mm;
    state.zoom ??= Math.max(0.4, width / FIT_MM, Math.min(height / rows, width / TIGHT_MM));
    state.focus = point;
    const down = (p) => dot(minus(p, lead.point(0, 0, 0)), DOWN);
    const half = height / state.zoom / 2;
    const alone = data.panels[0].stacks.length === 1; // stations are looked at wherever they reach
    const at = alone ? (rows <= 2 * half ? rows / 2 : Math.min(rows - half, Math.max(half, down(point)))) : down(point);
    const near = data.bodies.map((body) => body.center).filter((p) => Math.abs(down(p) - at) < half);
    const places = (near.length ? near : [point]).map((p) => dot(p, RIGHT));
    const middle = (Math.min(...places) + Math.max(...places)) / 2 - NAMES_MM / 2;
    state.center = along(along(point, DOWN, at - down(point)), RIGHT, middle - dot(point, RIGHT));
    schedule();
  }

  function move(direction, mm) {
    state.center = along(state.center, direction, mm);
    state.focus = along(state.focus, direction, mm);
    schedule();
  }

  function middle() {
    return lead.point((lead.columns - 1) / 2, (lead.rows - 1) / 2, Math.floor((lead.slices.length - 1) / 2));
  }

  function scroll(by) {
    const at = lead.index(state.center)[2];
    const next = Math.min(lead.slices.length - 1, Math.max(0, Math.round(at) + by));
    move(ACROSS, (next - at) * lead.axes[2].mm);
  }

  function zoomBy(factor) {
    state.zoom = Math.min(24, Math.max(0.4, state.zoom * factor));
    schedule();
  }

  function jump(by) {
    const at = levels.indexOf(state.level);
    if (levels.length) goTo(levels[at < 0 ? 0 : (at + by + levels.length) % levels.length]);
  }

  function fit() {
    const view = views.find((one) => one.panel.plane === "sagittal");
    const { clientWidth: width, clientHeight: height } = view.canvas;
    const [wide, tall] = [lead.columns * lead.axes[0].mm, lead.rows * lead.axes[1].mm];
    state.zoom = Math.min(width / wide, height / tall);
    const at = lead.index(state.center)[2];
    state.center = lead.point((lead.columns - 1) / 2, (lead.rows - 1) / 2, at);
    schedule();
  }

  function reset() {
    greys.forEach((grey) => Object.assign(grey, { brightness: 0, contrast: 1 }));
    state.zoom = null;
    open();
  }

  // The flagged level, or the middle of the spine where there is none.
  function open() {
    if (stops.length) return goTo(stops.includes(state.level) ? state.level : stops[0]);
    const ordered = data.bodies.map((body) => body.center);
    look(ordered.length ? ordered[Math.floor(ordered.length / 2)] : middle());
  }

  // --- panels --------------------------------------------------------------------------------------------------
  const holder = place.querySelector(".panels");
  const views = data.panels.map((panel, at) => {
    const caption = element("figcaption", {}, element("b", {}, panel.title)); // its line is there before the first draw
    const canvas = element("canvas", { tabIndex: 0 });
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", `${panel.title}: arrow keys turn the slices, plus and minus zoom`);
    const figure = element("figure", { className: `panel ${panel.plane}` }, caption, canvas);
    figure.dataset.panel = panel.title;
    holder.append(figure);
    const view = { panel, canvas, caption, figure, at };
    listen(view);
    return view;
  });
  holder.classList.toggle("with-axial", data.panels.some((panel) => panel.plane === "axial"));

  function listen(view) {
    const { canvas, panel } = view;
    const vertical = panel.plane === "sagittal" ? DOWN : view.panel.stacks[0].axes[1].unit;
    const across = panel.plane === "sagittal" ? RIGHT : view.panel.stacks[0].axes[0].unit;
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      const by = Math.sign(event.deltaY);
      if (event.ctrlKey) zoomBy(by < 0 ? 1.12 : 1 / 1.12);
      else if (panel.plane === "sagittal") scroll(by);
      else move(DOWN, 4 * by);
    }, { passive: false });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      view.drag = { x: event.clientX, y: event.clientY, window: event.button === 2 || event.shiftKey };
      state.active = view.at;
      schedule();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!view.drag) return;
      const [dx, dy] = [event.clientX - view.drag.x, event.clientY - view.drag.y];
      Object.assign(view.drag, { x: event.clientX, y: event.clientY });
      if (view.drag.window) {
        setGrey(view.at, greys[view.at].brightness - dy / 300, greys[view.at].contrast * Math.exp(dx / 200));
      } else {
        move(across, -dx / state.zoom);
        move(vertical, -dy / state.zoom);
      }
    });
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { view.drag = null; });
    canvas.addEventListener("focus", () => { state.active = view.at; schedule(); });
    canvas.addEventListener("dblclick", reset);
  }

  function setGrey(at, brightness, contrast) {
    greys[at].brightness = Math.min(1, Math.max(-1, brightness));
    greys[at].contrast = Math.min(16, Math.max(0.25, contrast));
    schedule();
  }

  // --- drawing -------------------------------------------------------------------------------------------------
  let waiting = false;
  function schedule() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(); });
  }

  function nearestAxial(stacks) {
    let best = null;
    for (const stack of stacks) {
      const at = stack.index(state.focus)[2];
      const k = Math.min(stack.slices.length - 1, Math.max(0, Math.round(at)));
      const away = Math.abs(at - k) * stack.axes[2].mm;
      if (!best || away < best.away) best = { stack, k, away };
    }
    return best;
  }

  function layers(panel) {
    if (panel.plane === "axial") {
      const best = nearestAxial(panel.stacks);
      return best.away <= 15 ? [best] : [];
    }
    return panel.stacks.flatMap((stack) => {
      const at = stack.index(state.center)[2];
      const k = Math.round(at);
      return k >= 0 && k < stack.slices.length ? [{ stack, k, away: Math.abs(at - k) * stack.axes[2].mm }] : [];
    });
  }

  function draw() {
    if (!state.center) open();
    const overlays = shown();
    const axialView = views.find((view) => view.panel.plane === "axial");
    const axialLayer = axialView ? layers(axialView.panel)[0] : null;
    for (const view of views) drawPanel(view, overlays, axialLayer);
    tell();
  }

  function drawPanel(view, overlays, axialLayer) {
    const { canvas, panel, caption } = view;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = "#000";
    context.fillRect(0, 0, canvas.width, canvas.height);
    const found = layers(panel);
    const sagittal = panel.plane === "sagittal";
    const zoom = sagittal ? state.zoom : Math.min(width, height) / 118;
    const across = sagittal ? RIGHT : panel.stacks[0].axes[0].unit;
    const down = sagittal ? DOWN : panel.stacks[0].axes[1].unit;
    const onScreen = (p) => {
      const d = minus(p, sagittal ? state.center : state.focus);
      return [width / 2 + dot(d, across) * zoom, height / 2 + dot(d, down) * zoom];
    };
    for (const layer of found) {
      const image = picture(layer.stack, layer.k, greys[view.at]);
      if (!image) continue;
      const [x0, y0] = onScreen(layer.stack.point(0, 0, layer.k));
      const [c, r] = layer.stack.axes;
      const m = [dot(c.unit, across) * c.mm, dot(c.unit, down) * c.mm, dot(r.unit, across) * r.mm, dot(r.unit, down) * r.mm];
      const scaled = m.map((part) => part * zoom * ratio);
      context.setTransform(...scaled, x0 * ratio, y0 * ratio);
      context.imageSmoothingEnabled = zoom * c.mm * ratio < 6;
      context.imageSmoothingQuality = "high";
      // a pixel is centred on its index
      context.drawImage(image, -0.5, -0.5);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (sagittal) {
      for (const layer of found) drawBodies(context, layer, (c, r) => onScreen(layer.stack.point(c, r, layer.k)), overlays);
      if (axialLayer) drawLine(context, axialLayer, onScreen, width, across, down);
    }
    const first = found[0];
    const turn = first
      ? `slice ${first.stack.numbers[first.k]} of ${first.stack.of}` + (first.stack.exact ? "" : `, ${first.stack.steps} grey steps`)
      : sagittal ? "no slice here" : "no slice at this level";
    caption.replaceChildren(element("b", {}, panel.title), ` · ${turn}`);
    view.figure.classList.toggle("active", view.at === state.active);
    view.figure.dataset.slice = first ? first.stack.numbers[first.k] : "";
    view.figure.dataset.drawn = found.length && found.every((layer) => layer.stack.unpacked.get(layer.k)) ? "yes" : "";
  }

  function trace(context, polygon, at) {
    context.beginPath();
    for (let i = 0; i < polygon.length; i += 2) context.lineTo(...at(polygon[i], polygon[i + 1]));
    context.closePath();
  }

  function drawBodies(context, layer, at, overlays) {
    for (const drawn of layer.stack.bodies) {
      const body = byId.get(drawn.id);
      if (!body) continue;
      const polygons = drawn.outlines[layer.k] ?? [];
      const colour = COLOURS[body.flag];
      if (overlays.edema && body.edema) polygons.forEach((polygon) => hatch(context, polygon, at));
      if (overlays.outlines) {
        context.strokeStyle = colour;
        context.lineWidth = WIDTHS[body.flag] + (body.id === state.level ? 0.8 : 0);
        context.setLineDash(DASHES[body.flag]);
        polygons.forEach((polygon) => { trace(context, polygon, at); context.stroke(); });
        context.setLineDash([]);
      }
      const near = drawn.at !== null && Math.abs(drawn.at - layer.k) <= 0.6;
      if (overlays.points && near) drawPoints(context, drawn.points, at, body);
      label(context, body, polygons, at, overlays);
    }
  }

  function hatch(context, polygon, at) {
    context.save();
    trace(context, polygon, at);
    context.clip();
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < polygon.length; i += 2) {
      const [x, y] = at(polygon[i], polygon[i + 1]);
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
    context.strokeStyle = "rgba(255, 139, 224, .75)";
    context.lineWidth = 1.2;
    context.beginPath();
    for (let x = left - (bottom - top); x < right; x += 8) { context.moveTo(x, bottom); context.lineTo(x + bottom - top, top); }
    context.stroke();
    context.restore();
  }

  function drawPoints(context, points, at, body) {
    const places = [];
    for (let i = 0; i < points.length; i += 2) places.push(at(points[i], points[i + 1]));
    if (places.length === 6 && (body.flag === "collapsed" || body.flag === "edema")) {
      context.strokeStyle = "#ffd9ae";
      context.lineWidth = 1.1;
      context.setLineDash([3, 3]);
      for (const k of [0, 1, 2]) { context.beginPath(); context.moveTo(...places[k]); context.lineTo(...places[k + 3]); context.stroke(); }
      context.setLineDash([]);
    }
    for (const [x, y] of places) {
      context.beginPath();
      context.arc(x, y, 2.4, 0, 2 * Math.PI);
      context.fillStyle = "#fff";
      context.strokeStyle = "#000";
      context.lineWidth = 0.8;
      context.fill();
      context.stroke();
    }
  }

  function label(context, body, polygons, at, overlays) {
    const lines = [];
    if (overlays.names) lines.push(body.name);
    if (overlays.loss && body.loss) lines.push(body.loss);
    if (overlays.edema && body.edema) lines.push(body.edema);
    if (!lines.length || !polygons.length) return;
    let [left, top, bottom] = [Infinity, Infinity, -Infinity];
    for (const polygon of polygons) {
      for (let i = 0; i < polygon.length; i += 2) {
        const [x, y] = at(polygon[i], polygon[i + 1]);
        [left, top, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(bottom, y)];
      }
    }
    context.font = `600 ${body.flag === "plain" ? 12 : 13}px system-ui, sans-serif`;
    const wide = Math.max(...lines.map((line) => context.measureText(line).width));
    // a label is never cut by the border of its panel
    const x = Math.max(left - 6, wide + 4);
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    lines.forEach((line, k) => {
      const y = (top + bottom) / 2 + 15 * (k - (lines.length - 1) / 2);
      context.strokeStyle = "#000";
      context.lineWidth = 3.2;
      context.strokeText(line, x, y);
      context.fillStyle = body.id === state.level ? "#fff" : COLOURS[body.flag];
      context.fillText(line, x, y);
    });
  }

  function drawLine(context, layer, onScreen, width, across, down) {
    // where the axial slice cuts this plane
    const normal = layer.stack.axes[2].unit;
    const [nx, ny] = [dot(normal, across), dot(normal, down)];
    if (Math.abs(ny) < 0.2) return;
    const [x, y] = onScreen(layer.stack.point((layer.stack.columns - 1) / 2, (layer.stack.rows - 1) / 2, layer.k));
    const height = (at) => y - ((at - x) * nx) / ny;
    context.strokeStyle = "rgba(120, 255, 190, .8)";
    context.lineWidth = 1;
    context.setLineDash([2, 5]);
    context.beginPath();
    context.moveTo(0, height(0));
    context.lineTo(width, height(width));
    context.stroke();
    context.setLineDash([]);
  }

  // --- controls ------------------------------------------------------------------------------------------------
  const picker = place.querySelector("#jump");
  picker.append(element("option", { value: "", textContent: "Vertebra …" }));
  for (const body of data.bodies) picker.append(element("option", { value: body.id, textContent: body.aloud }));
  picker.addEventListener("change", () => picker.value && goTo(Number(picker.value)));
  const brightness = place.querySelector("#brightness");
  const contrast = place.querySelector("#contrast");
  brightness.addEventListener("input", () => setGrey(state.active, Number(brightness.value), greys[state.active].contrast));
  contrast.addEventListener("input", () => setGrey(state.active, greys[state.active].brightness, 2 ** Number(contrast.value)));
  place.querySelector("#reset").addEventListener("click", reset);
  place.querySelector("#fit").addEventListener("click", fit);
  for (const box of boxes) box.addEventListener("change", () => { memory.set("overlays", shown()); schedule(); });
  const jumps = [...document.querySelectorAll("[data-vertebra]")];
  for (const one of jumps) one.addEventListener("click", () => goTo(Number(one.dataset.vertebra)));

  function toggleAll() {
    const on = !boxes.some((box) => box.checked);
    for (const box of boxes) box.checked = on;
    memory.set("overlays", shown());
    schedule();
  }

  let told = null;
  function tell() {
    const grey = greys[state.active];
    brightness.value = grey.brightness;
    contrast.value = Math.log2(grey.contrast);
    picker.value = state.level ?? "";
    for (const one of jumps) {
      const here = Number(one.dataset.vertebra) === state.level;
      one.setAttribute("aria-pressed", String(here));
      const card = one.closest("article");
      if (!card) continue;
      card.classList.toggle("here", here);
      if (here && told !== state.level) card.scrollIntoView({ block: "nearest" });
    }
    told = state.level;
    Object.assign(place.dataset, {
      level: state.level ?? "",
      zoom: state.zoom.toFixed(3),
      center: state.center.map((part) => part.toFixed(1)).join(" "),
      grey: `${grey.brightness.toFixed(3)} ${grey.contrast.toFixed(3)}`,
      ready: views.every((view) => view.figure.dataset.drawn || !view.figure.dataset.slice) ? "yes" : "",
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const on = event.target;
    if (on.matches("select, textarea, input:not([type=checkbox])")) return;
    const onCanvas = on.tagName === "CANVAS";
    const actions = {
      j: () => jump(1), k: () => jump(-1), o: toggleAll, f: fit, 0: reset,
      "+": () => zoomBy(1.25), "=": () => zoomBy(1.25), "-": () => zoomBy(0.8),
      ArrowRight: () => scroll(1), ArrowLeft: () => scroll(-1),
      // elsewhere these move the page
      ...(onCanvas ? { ArrowDown: () => scroll(1), ArrowUp: () => scroll(-1) } : {}),
      "]": () => setGrey(state.active, greys[state.active].brightness, greys[state.active].contrast * 1.2),
      "[": () => setGrey(state.active, greys[state.active].brightness, greys[state.active].contrast / 1.2),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  // also of one canvas alone: a caption may take a second line
  const sizes = new ResizeObserver(schedule);
  for (const view of views) sizes.observe(view.canvas);
  place.hidden = false;
  document.documentElement.classList.add("viewing");
  schedule();
})();
