// Says why nothing can start, or what went wrong that nobody else has caught. It is a plain script in old syntax,
// since it is for the browsers, too, in which modules do not even load.
(function () {
  var alert = document.getElementById('alert');

  // What went wrong first is the cause of what follows, so it stays.
  function say(problem) {
    if (!problem || alert.textContent) return;
    alert.className = 'alert';
    alert.textContent = problem;
  }

  function sayError(error) {
    var words = 'Something went wrong: ' + (Object(error).message || error);
    say(words + ' ' + (Object(error).remedy || 'Load the page again.'));
  }

  function onError(event) {
    var file = event.target.type === 'module' && event.target.src;
    if (file) {
      file += ', or a script that it needs, did not load.';
      say(file + ' Check that the server is running and has every file, then load the page again.');
    } else if (event.target === window) sayError(event.error || event.message);
  }

  function onRejection(event) {
    sayError(event.reason);
  }

  addEventListener('error', onError, true); // captured: the error of an element that does not load goes no further
  addEventListener('unhandledrejection', onRejection);

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
  say(problem);
})();
