// Says why nothing can start, where modules do not even load: so this is a plain script in old syntax.
(() => {
  var alert = document.getElementById('alert');
  var problem = '';
  if (location.protocol === 'file:') {
    problem =
      'This page was opened from a file, and browsers load no modules from there. In the project’s folder run “npm start” and open the address it prints.';
  } else if (typeof WebAssembly !== 'object') {
    problem =
      'This browser has no WebAssembly, or it is switched off. Any current Firefox, Chrome, Edge or Safari has it; in a hardened mode, allow it for this page.';
  } else if (!('noModule' in document.createElement('script'))) {
    problem = 'This browser is too old to load JavaScript modules. Please use a current one.';
  }
  if (problem) {
    alert.className = 'alert';
    alert.textContent = problem;
  }
})();
