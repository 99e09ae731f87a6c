(function () {
  'use strict';
  var root = document.documentElement;
  var button = document.getElementById('theme');
  button.hidden = false;
  button.onclick = function () {
    var now = root.dataset.theme || (matchMedia('(prefers-color-scheme:dark)').matches ? 'dark' : 'light');
    root.dataset.theme = now === 'dark' ? 'light' : 'dark';
  };
  // A play head over all charts; what it meets is read from the table behind each.
  var LEFT = 52, RIGHT = 14;
  var charts = Array.prototype.slice.call(document.querySelectorAll('figure[data-to] svg.chart'));
  function head(svg) {
    var line = svg.querySelector('.head');
    if (!line) {
      line = document.createElementNS(svg.namespaceURI, 'path');
      line.setAttribute('class', 'head');
      svg.appendChild(line);
    }
    return line;
  }
  function read(figure, at) {
    var out = figure.querySelector('.read'), rows = figure.parentNode.parentNode.querySelectorAll('tbody tr');
    var row = null;
    for (var i = 0; i !== rows.length; i++) {
      if (parseFloat(rows[i].dataset.t) > at) { break; }
      row = rows[i];
    }
    if (!out) { return; }
    if (!row) { return; }
    var cells = row.querySelectorAll('td[data-of="' + figure.dataset.of + '"]');
    var parts = [row.firstChild.textContent];
    for (var j = 0; j !== cells.length; j++) {
      if (cells[j].textContent !== '–') { parts.push(cells[j].dataset.name + ' ' + cells[j].textContent); }
    }
    out.textContent = parts.join('   ');
  }
  function show(event) {
    var box = event.currentTarget.getBoundingClientRect(), view = event.currentTarget.viewBox.baseVal;
    var x = (event.clientX - box.left) / box.width * view.width;
    var share = Math.max(0, Math.min(1, (x - LEFT) / (view.width - LEFT - RIGHT)));
    charts.forEach(function (svg) {
      var figure = svg.closest('figure'), own = svg.viewBox.baseVal;
      var at = share * parseFloat(figure.dataset.to);
      var place = LEFT + share * (own.width - LEFT - RIGHT);
      head(svg).setAttribute('d', 'M' + place.toFixed(1) + ',0v' + own.height);
      read(figure, at);
    });
  }
  function hide() {
    charts.forEach(function (svg) {
      head(svg).setAttribute('d', '');
      var out = svg.closest('figure').querySelector('.read');
      if (out) { out.textContent = ''; }
    });
  }
  charts.forEach(function (svg) {
    svg.addEventListener('pointermove', show);
    svg.addEventListener('pointerleave', hide);
  });
})();
