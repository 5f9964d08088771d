// Says on the page why nothing can start there, and what went wrong that no other script has caught. It is a
// plain script in the syntax of 2009, because browsers that load no modules must run it, too.
(function () {
  var alert = document.getElementById('alert');

  // The first problem is the cause of those that follow, so it stays.
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

  // Until now it said that this script has not come.
  alert.className = '';
  alert.textContent = '';

  addEventListener('error', onError, true); // captured, since the error of an element does not bubble
  addEventListener('unhandledrejection', onRejection);

  var problem = '';
  if (location.protocol === 'file:') {
    problem =
      'This page was opened from a file, and browsers load no modules from files. ' +
      'In the project’s folder run “npm start” and open the address that it prints.';
  } else if (typeof WebAssembly !== 'object') {
    problem =
      'This browser has no WebAssembly, or it is switched off. ' +
      'Any current Firefox, Chrome, Edge or Safari has it. In a hardened mode, allow it for this page.';
  } else if (!('noModule' in document.createElement('script'))) {
    problem = 'This browser is too old to load JavaScript modules. Please use a current one.';
  }
  say(problem);
})();
