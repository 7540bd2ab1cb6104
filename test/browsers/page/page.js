// The page of a group of cases: asks what they ask, each in its own way, and posts what script saw. What it knows of a
// case stops there: the wire is written down elsewhere.
'use strict';

const group = document.currentScript.dataset.group;
const workers = Number(document.currentScript.dataset.workers);
const patience = 15000; // for one ask, in milliseconds

const sleep = ms => new Promise(done => setTimeout(done, ms));
const control = (what, body) => fetch('/~/' + what, {method: body === undefined ? 'GET' : 'POST', body, referrerPolicy: 'no-referrer', credentials: 'omit'});
const bytesOf = text => Uint8Array.from(text, c => c.charCodeAt(0)); // bodies come as one character for each byte
const words = e => e && e.name ? e.name + ': ' + e.message : String(e);

// Where something happens at last: {state: 'shared'} and what script sees of it, {state: 'failed'}, {state: 'threw'} if
// nothing was tried, {state: 'unseen'} where script is told nothing.
const failed = error => ({state: 'failed', error: error === undefined ? '' : words(error)});

// settled waits until the case's traffic has come to rest: for what gives script no sign.
const settled = async ask => {
  await control('settle?' + ask.number);
  return {state: 'unseen'};
};

// sign waits for one of an object's events.
const sign = (object, good, bad) => new Promise(done => {
  const timer = setTimeout(() => done({state: 'timeout'}), patience);
  const end = result => { clearTimeout(timer); done(result); };
  for (const name of good) object.addEventListener(name, event => end({state: 'shared', event}), {once: true});
  for (const name of bad) object.addEventListener(name, event => end({state: 'failed', event}), {once: true});
});

const plain = result => { delete result.event; return result; };

async function byFetch(ask) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    const init = {signal: stop.signal};
    for (const name of ['method', 'mode', 'credentials', 'redirect', 'cache', 'referrerPolicy', 'keepalive', 'targetAddressSpace']) {
      if (ask[name]) init[name] = ask[name];
    }
    if (ask.headers) init.headers = ask.headers;
    if (ask.body !== undefined) init.body = bytesOf(ask.body);
    if (ask.stream) {
      const bytes = init.body;
      init.body = new ReadableStream({start(c) { c.enqueue(bytes); c.close(); }});
      init.duplex = 'half';
    }
    let request;
    try {
      request = new Request(ask.url, init);
    } catch (e) {
      return {state: 'threw', error: words(e)};
    }
    const r = await fetch(request);
    const seen = {state: 'shared', type: r.type, status: r.status, redirected: r.redirected, readable: [...new Set(r.headers.keys())].sort()};
    await r.arrayBuffer().catch(() => {});
    return seen;
  } catch (e) {
    return stop.signal.aborted ? {state: 'timeout'} : failed(e);
  } finally {
    clearTimeout(timer);
  }
}

function byXHR(ask) {
  return new Promise(done => {
    try {
      const x = new XMLHttpRequest();
      x.open(ask.method || 'GET', ask.url);
      x.timeout = patience;
      for (const [name, value] of ask.headers || []) x.setRequestHeader(name, value);
      if (ask.credentials === 'include') x.withCredentials = true;
      if (ask.uploadListener) x.upload.addEventListener('progress', () => {});
      x.onload = () => done({
        state: 'shared', status: x.status,
        readable: [...new Set(x.getAllResponseHeaders().split('\r\n').filter(Boolean).map(line => line.split(':')[0].toLowerCase()))].sort(),
      });
      x.onerror = () => done(failed());
      x.ontimeout = () => done({state: 'timeout'});
      x.send(ask.body === undefined ? null : bytesOf(ask.body));
    } catch (e) {
      done({state: 'threw', error: words(e)});
    }
  });
}

function byBeacon(ask) {
  const type = (ask.headers || []).find(([name]) => name.toLowerCase() === 'content-type');
  const bytes = ask.body === undefined ? undefined : bytesOf(ask.body);
  const data = type ? new Blob(bytes ? [bytes] : [], {type: type[1]}) : bytes;
  try {
    if (!navigator.sendBeacon(ask.url, data)) return failed('queued nothing');
  } catch (e) {
    return {state: 'threw', error: words(e)};
  }
  return settled(ask);
}

async function byEventSource(ask) {
  const source = new EventSource(ask.url, {withCredentials: ask.crossorigin === 'use-credentials'});
  const seen = await sign(source, ['open'], ['error']);
  source.close();
  return plain(seen);
}

async function byWebSocket(ask) {
  let socket;
  try {
    socket = new WebSocket(ask.url.replace(/^http/, 'ws'));
  } catch (e) {
    return {state: 'threw', error: words(e)};
  }
  const seen = await sign(socket, ['open'], ['error']);
  socket.close();
  return plain(seen);
}

// element makes one with what a case may set on it, the address apart.
function element(name, ask) {
  const e = document.createElement(name);
  if (ask.crossorigin !== undefined) e.crossOrigin = ask.crossorigin;
  if (ask.referrerPolicy) e.referrerPolicy = ask.referrerPolicy;
  return e;
}

// attached does something while an element is in the document.
async function attached(e, use, parent = document.body) {
  parent.append(e);
  try {
    return await use(e);
  } finally {
    e.remove();
  }
}

// clean reports whether a canvas can still be read after a picture was drawn to it.
function clean(picture) {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 4;
  const context = canvas.getContext('2d');
  context.drawImage(picture, 0, 0, 4, 4);
  try {
    context.getImageData(0, 0, 1, 1);
    return true;
  } catch (e) {
    if (e.name !== 'SecurityError') throw e;
    return false;
  }
}

function uploadable(picture) {
  const gl = document.createElement('canvas').getContext('webgl');
  if (!gl) return undefined;
  try {
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
    return true;
  } catch (e) {
    if (e.name !== 'SecurityError') throw e;
    return false;
  }
}

const byImage = look => async ask => {
  const image = element('img', ask);
  const coming = sign(image, ['load'], ['error']);
  image.src = ask.url;
  const seen = plain(await coming);
  if (seen.state === 'shared') seen.clean = await look(image);
  if (seen.state === 'shared' && seen.clean === undefined) seen.state = 'unseen'; // no WebGL here
  return seen;
};

const byMedia = name => async ask => {
  const media = element(name, ask);
  media.muted = true;
  media.preload = 'auto';
  const coming = sign(media, ['loadeddata'], ['error']);
  media.src = ask.url;
  return attached(media, async () => {
    const seen = plain(await coming);
    if (seen.state === 'shared' && name === 'video') seen.clean = clean(media);
    media.removeAttribute('src');
    media.load();
    return seen;
  });
};

async function byTrack(ask) {
  const video = element('video', ask);
  const track = document.createElement('track');
  const coming = sign(track, ['load'], ['error']);
  video.append(track);
  return attached(video, async () => {
    track.track.mode = 'hidden';
    track.src = ask.url;
    return plain(await coming);
  });
}

// A script tells that its errors are muted by raising one. Those of a case with a body of its own may raise none.
const byScript = type => async ask => {
  const script = element('script', ask);
  script.type = type;
  let heard;
  const hear = event => { heard = event.message; event.preventDefault(); };
  addEventListener('error', hear);
  const coming = sign(script, ['load'], ['error']);
  script.src = ask.url;
  return attached(script, async () => {
    const seen = plain(await coming);
    removeEventListener('error', hear);
    if (seen.state === 'shared' && heard !== undefined) seen.clean = !/^Script error\.?$/.test(heard);
    return seen;
  });
};

const byImport = attributes => async ask => {
  try {
    await new Function('url', 'return import(url' + attributes + ')')(ask.url);
    return {state: 'shared'};
  } catch (e) {
    return e.name === 'SyntaxError' && attributes ? {state: 'unsupported', error: words(e)} : failed(e);
  }
};

async function byWorker(ask) {
  let worker;
  try {
    worker = new Worker(ask.url);
  } catch (e) {
    return {state: 'threw', error: words(e)};
  }
  const seen = plain(await sign(worker, ['message'], ['error']));
  worker.terminate();
  return seen;
}

async function byImportScripts(ask) {
  const code = `onmessage = e => {
    try { importScripts(e.data); postMessage(''); } catch (error) { postMessage(error.name + ': ' + error.message); }
  };`;
  const address = URL.createObjectURL(new Blob([code], {type: 'text/javascript'}));
  const worker = new Worker(address);
  const coming = sign(worker, ['message'], ['error']);
  worker.postMessage(ask.url);
  const seen = await coming;
  worker.terminate();
  URL.revokeObjectURL(address);
  return seen.event && seen.event.data ? failed(seen.event.data) : plain(seen);
}

async function byWorklet(ask) {
  if (!window.AudioWorklet) return {state: 'unsupported', error: 'no worklets here'};
  try {
    await new OfflineAudioContext(1, 1, 8000).audioWorklet.addModule(ask.url);
    return {state: 'shared'};
  } catch (e) {
    return failed(e);
  }
}

// rules reports whether the rules of a style sheet can be read.
function rules(sheet) {
  try {
    return sheet.cssRules.length >= 0;
  } catch (e) {
    if (e.name !== 'SecurityError') throw e;
    return false;
  }
}

async function byStylesheet(ask) {
  const link = element('link', ask);
  link.rel = 'stylesheet';
  const coming = sign(link, ['load'], ['error']);
  link.href = ask.url;
  return attached(link, async () => {
    const seen = plain(await coming);
    if (seen.state === 'shared') seen.clean = rules(link.sheet);
    return seen;
  }, document.head);
}

const mark = '--corscope'; // the custom property that the harness's own style sheets set

async function byCSSImport(ask) {
  const style = document.createElement('style');
  style.textContent = `@import url(${JSON.stringify(ask.url)});`;
  const coming = sign(style, ['load', 'error'], []);
  return attached(style, async () => {
    await coming;
    if (!getComputedStyle(document.documentElement).getPropertyValue(mark)) return failed('does not apply');
    return {state: 'shared', clean: rules(style.sheet.cssRules[0].styleSheet)};
  }, document.head);
}

const byProperty = property => async ask => {
  const url = property === 'clip-path' && !ask.url.includes('#') ? ask.url + '#c' : ask.url; // a reference is to something in it
  const box = document.createElement('div');
  box.style.cssText = `width: 8px; height: 8px; float: left; background-color: red; ${property}: url(${JSON.stringify(url)})`;
  return attached(box, () => settled(ask));
};

async function byFont(ask) {
  try {
    await new FontFace('corscope' + ask.number, `url(${JSON.stringify(ask.url)})`).load();
    return {state: 'shared'};
  } catch (e) {
    return failed(e);
  }
}

// A link's load event says that it is done, in some browsers also where nothing was got.
const byLink = (rel, signs = true) => async ask => {
  const link = element('link', ask);
  link.rel = rel;
  if (ask.destination) link.as = ask.destination;
  const coming = signs && sign(link, ['load'], ['error']);
  link.href = ask.url;
  return attached(link, async () => {
    if (!signs) return settled(ask);
    const seen = plain(await coming);
    if (seen.state === 'shared') seen.state = 'unseen';
    return seen;
  }, document.head);
};

// frame is a place to navigate to that is not the page's own.
function frame(ask) {
  const f = document.createElement('iframe');
  f.name = 'f' + ask.number;
  f.hidden = true;
  return f;
}

async function byPing(ask) {
  return attached(frame(ask), async f => {
    const a = element('a', ask);
    a.ping = ask.url;
    a.href = '/~/blank';
    a.target = f.name;
    return attached(a, () => { a.click(); return settled(ask); });
  });
}

// A visit is to a tab of its own: in a frame it would not be the top.
async function byNavigation(ask) {
  const tab = open('about:blank', 'f' + ask.number);
  if (!tab) return {state: 'unsupported', error: 'no other tab'};
  const e = document.createElement(ask.method === 'POST' ? 'form' : 'a');
  e.target = 'f' + ask.number;
  const seen = await attached(e, () => {
    if (e.action === undefined) {
      e.href = ask.url;
      e.click();
    } else {
      e.action = ask.url;
      e.method = 'POST';
      e.submit();
    }
    return settled(ask);
  });
  tab.close();
  return seen;
}

const initiators = {
  'fetch': byFetch,
  'xhr': byXHR,
  'beacon': byBeacon,
  'eventsource': byEventSource,
  'websocket': byWebSocket,
  'image': byImage(clean),
  'canvas': byImage(clean),
  'bitmap': byImage(async image => clean(await createImageBitmap(image))),
  'webgl': byImage(uploadable),
  'video': byMedia('video'),
  'video-canvas': byMedia('video'),
  'audio': byMedia('audio'),
  'track': byTrack,
  'script': byScript(''),
  'module': byScript('module'),
  'import': byImport(''),
  'json-module': byImport(', {with: {type: "json"}}'),
  'css-module': byImport(', {with: {type: "css"}}'),
  'worker': byWorker,
  'importscripts': byImportScripts,
  'worklet': byWorklet,
  'stylesheet': byStylesheet,
  'css-import': byCSSImport,
  'css-image': byProperty('background-image'),
  'font': byFont,
  'shape': byProperty('shape-outside'),
  'mask': byProperty('mask-image'),
  'clip-path': byProperty('clip-path'),
  'preload': byLink('preload'),
  'modulepreload': byLink('modulepreload'),
  'manifest': byLink('manifest', false),
  'prefetch': byLink('prefetch'),
  'ping': byPing,
  'navigation': byNavigation,
};

// perform asks what a case asks, in order, and posts what was seen.
async function perform(story) {
  const seen = [];
  for (const [i, ask] of story.asks.entries()) {
    ask.number = story.number;
    const ended = performance.now();
    if (i > 0) {
      await sleep(100); // for the log, which is read elsewhere
      await control(`mark?${story.number},${i}`);
    }
    if (ask.after) await sleep(ask.after - (performance.now() - ended));
    try {
      seen.push(await initiators[ask.as](ask));
    } catch (e) {
      seen.push({state: 'broken', error: words(e)});
    }
  }
  await control('result?' + story.number, JSON.stringify(seen));
}

async function work(stories) {
  for (let story = stories.shift(); story; story = stories.shift()) await perform(story);
}

// Elements share a document and its error events, so they come one after the other.
const apart = ['fetch', 'xhr', 'beacon', 'eventsource', 'websocket', 'font', 'importscripts', 'worker', 'image', 'canvas', 'bitmap'];

// Stories are about what a browser remembers, and come when all else is over, and not too many at once: Firefox forgets
// preflights when it has a hundred others.
const storiesAtOnce = 60;

async function main() {
  const batch = await (await control('batch?' + group)).json();
  const single = batch.filter(story => story.asks.length === 1);
  const free = single.filter(story => apart.includes(story.asks[0].as));
  const lined = single.filter(story => !free.includes(story));
  await Promise.all([work(lined), ...Array.from({length: workers}, () => work(free))]);
  const sleeps = story => story.asks.reduce((sum, ask) => sum + (ask.after || 0), 0);
  const stories = batch.filter(story => story.asks.length > 1).sort((a, b) => sleeps(a) - sleeps(b));
  while (stories.length) await Promise.all(stories.splice(-storiesAtOnce).map(perform));
  const next = await (await control('next?' + group, '')).text();
  if (window === top) location.replace(next);
  else parent.postMessage(next, '*');
}

addEventListener('load', () => main().catch(e => control('broken', words(e))));
