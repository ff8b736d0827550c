(function () {
  var button = document.querySelector(".code-switch");
  var cells = document.querySelectorAll("details.source");
  button.hidden = false;
  button.addEventListener("click", function () {
    var open = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(open));
    button.textContent = button.getAttribute(open ? "data-hide" : "data-show");
    document.documentElement.classList.toggle("with-code", open);
    cells.forEach(function (cell) { cell.open = open; });
  });
})();
