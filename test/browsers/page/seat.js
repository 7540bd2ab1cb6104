// The tab of a page that stands in a frame.
'use strict';

addEventListener('message', event => location.replace(event.data));
