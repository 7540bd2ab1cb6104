// A visit to an origin, which sets the cookies that cases begin with.
'use strict';

const {group, paths} = document.currentScript.dataset;

async function visit() {
  for (const path of paths.split(' ')) await fetch(path, {credentials: 'same-origin'});
  location.replace(await (await fetch('/~/next?' + group, {method: 'POST'})).text());
}

visit();
