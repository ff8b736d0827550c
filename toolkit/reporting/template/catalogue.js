(function () {
  var root = document.documentElement;
  var body = document.querySelector("tbody");
  var rows = Array.prototype.slice.call(body.rows);
  var heads = Array.prototype.slice.call(document.querySelectorAll("thead th"));
  var filter = document.getElementById("filter");
  var count = document.getElementById("count");
  var tongues = document.querySelectorAll("[data-lang]");

  function words(cell) {
    var own = cell.querySelector("." + root.getAttribute("data-shown"));
    return (own || cell).textContent.trim();
  }

  function compare(column, way) {
    return function (one, other) {
      var first = one.cells[column];
      var second = other.cells[column];
      if (!first.hasAttribute("data-key")) {
        return way * words(first).localeCompare(words(second), root.lang, { numeric: true });
      }
      var a = first.getAttribute("data-key");
      var b = second.getAttribute("data-key");
      if (a === "" || b === "") { return (a === "") - (b === ""); }
      return way * (Number(a) - Number(b));
    };
  }

  heads.forEach(function (head, column) {
    head.querySelector("button").addEventListener("click", function () {
      var figures = head.classList.contains("right");
      var now = head.getAttribute("aria-sort");
      var next = now === "none" ? (figures ? "descending" : "ascending") : now === "ascending" ? "descending" : "ascending";
      heads.forEach(function (other) { other.setAttribute("aria-sort", "none"); });
      head.setAttribute("aria-sort", next);
      rows.sort(compare(column, next === "ascending" ? 1 : -1));
      rows.forEach(function (row) { body.appendChild(row); });
    });
  });

  filter.addEventListener("input", function () {
    var wanted = filter.value.trim().toLowerCase().split(/\s+/);
    var shown = 0;
    rows.forEach(function (row) {
      var said = Array.prototype.filter.call(row.cells, function (cell) { return !cell.hasAttribute("data-key"); });
      var text = said.map(function (cell) { return cell.textContent; }).join(" ").toLowerCase();
      row.hidden = !wanted.every(function (word) { return text.indexOf(word) >= 0; });
      shown += row.hidden ? 0 : 1;
    });
    count.textContent = String(shown);
  });

  tongues.forEach(function (button) {
    button.addEventListener("click", function () {
      root.setAttribute("data-shown", button.getAttribute("data-lang"));
      root.lang = button.lang;
      tongues.forEach(function (other) { other.setAttribute("aria-pressed", String(other === button)); });
      var title = document.querySelector("h1");
      document.title = words(title);
    });
  });
})();
