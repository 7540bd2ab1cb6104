package browsers

import (
	"bytes"
	"crypto/sha1"
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"strings"

	"github.com/corscope/corscope/fetch"
	"github.com/corscope/corscope/wire"
)

// An asset is a body that an initiator can use. The type is told only where browsers insist on one and script cannot see
// the header.
type asset struct {
	body        []byte
	contentType string
}

func (a asset) isNothing() bool { return len(a.body) == 0 }

var (
	//go:embed assets/second.webm
	video []byte

	picture = madePicture()
	sound   = madeSound()
	font    = madeFont()
)

var drawing = asset{
	[]byte(`<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><clipPath id="c"><rect width="4" height="4"/></clipPath></svg>`),
	"image/svg+xml",
}

// raising is a script that raises an error by itself: whether the page hears which tells whether it is muted.
const raising = "undefined.corscope;"

func assetFor(as fetch.Initiator, destination string) asset {
	switch as {
	case fetch.ByImage, fetch.ByCanvas, fetch.ByBitmap, fetch.ByWebGL, fetch.ByCSSImage, fetch.ByShape, fetch.ByMask:
		return asset{picture, "image/png"}
	case fetch.ByVideo, fetch.ByVideoCanvas:
		return asset{video, "video/webm"}
	case fetch.ByAudio:
		return asset{sound, "audio/wav"}
	case fetch.ByTrack:
		return asset{[]byte("WEBVTT\n\n00:00.000 --> 00:01.000\nx\n"), "text/vtt"}
	case fetch.ByScript:
		return asset{[]byte(raising), "text/javascript"}
	case fetch.ByWorker:
		return asset{[]byte("postMessage('');"), "text/javascript"}
	case fetch.ByModule, fetch.ByImport, fetch.ByImportScripts, fetch.ByWorklet, fetch.ByModulePreload:
		return asset{[]byte("0;"), "text/javascript"}
	case fetch.ByJSONModule:
		return asset{[]byte("{}"), "application/json"}
	case fetch.ByCSSModule, fetch.ByStylesheet, fetch.ByCSSImport:
		return asset{[]byte(":root { --corscope: 1 }"), "text/css"}
	case fetch.ByFont:
		return asset{font, "font/ttf"}
	case fetch.ByClipPath:
		return drawing
	case fetch.ByEventSource:
		return asset{[]byte("data: x\n\n"), "text/event-stream"}
	case fetch.ByManifest:
		return asset{[]byte("{}"), "application/manifest+json"}
	case fetch.ByPreload, fetch.ByPrefetch:
		return preloaded(destination)
	case fetch.ByFetch, fetch.ByXHR, fetch.ByBeacon, fetch.ByWebSocket, fetch.ByNavigation, fetch.ByPing, fetch.ByReport, fetch.ByCSPReport:
	}
	return asset{}
}

func preloaded(destination string) asset {
	as := map[string]fetch.Initiator{
		"image": fetch.ByImage, "font": fetch.ByFont, "script": fetch.ByModule, "style": fetch.ByStylesheet,
		"track": fetch.ByTrack, "video": fetch.ByVideo, "audio": fetch.ByAudio,
	}[destination]
	if as == "" {
		return asset{[]byte("x"), "text/plain"}
	}
	return assetFor(as, "")
}

func madePicture() []byte {
	square := image.NewNRGBA(image.Rect(0, 0, 4, 4))
	for i := range 16 {
		square.Set(i%4, i/4, color.NRGBA{R: 0x20, G: 0x80, B: 0x40, A: 0xff})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, square); err != nil {
		panic(err) // a picture of sixteen dots can be written
	}
	return b.Bytes()
}

// madeSound is a tenth of a second of silence.
func madeSound() []byte {
	const rate, samples = 8000, 800
	var b bytes.Buffer
	write := func(v any) { binary.Write(&b, binary.LittleEndian, v) } //nolint:errcheck // a buffer takes anything
	b.WriteString("RIFF")
	write(uint32(36 + samples*2))
	b.WriteString("WAVEfmt ")
	write([]uint32{16})
	write([]uint16{1, 1})
	write([]uint32{rate, rate * 2})
	write([]uint16{2, 16})
	b.WriteString("data")
	write(uint32(samples * 2))
	write(make([]int16, samples))
	return b.Bytes()
}

// upgrade finishes a WebSocket's handshake where the case does not.
func (rep *reply) upgrade(r Request) {
	const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" // RFC 6455, section 1.3
	key, _ := r.Header.Get("Sec-WebSocket-Key")
	sum := sha1.Sum([]byte(strings.TrimSpace(key) + guid))
	for _, f := range [...]wire.Field{
		{Name: "Upgrade", Value: "websocket"},
		{Name: "Connection", Value: "Upgrade"},
		{Name: "Sec-WebSocket-Accept", Value: base64.StdEncoding.EncodeToString(sum[:])},
	} {
		if !rep.header.Contains(f.Name) {
			rep.header = append(rep.header, f)
		}
	}
	rep.hold = true
}
