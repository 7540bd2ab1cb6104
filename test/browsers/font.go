package browsers

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// madeFont is a TrueType font of two glyphs: one for what it lacks, and a box for the letter A. Browsers take no font
// with less in it.
func madeFont() []byte {
	glyph := be(
		int16(1), int16(0), int16(0), int16(500), int16(500), // one contour and its bounds
		uint16(3), uint16(0), // its last point; no instructions
		[]byte{1, 1, 1, 1}, // four points on the curve
		[]int16{0, 500, 0, -500}, []int16{0, 0, 500, 0},
	)
	tables := map[string][]byte{
		"head": be(
			uint32(0x10000), uint32(0x10000), uint32(0), uint32(0x5F0F3CF5), uint16(0x000B), uint16(1000), int64(0), int64(0),
			[]int16{0, 0, 500, 500}, uint16(0), uint16(8), int16(2), int16(1), int16(0),
		),
		"hhea": be(uint32(0x10000), []int16{800, -200, 0}, uint16(500), []int16{0, 0, 500, 1, 0, 0, 0, 0, 0, 0, 0}, uint16(2)),
		"maxp": be(uint32(0x10000), uint16(2), []uint16{4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}),
		"hmtx": be([]uint16{500, 0, 500, 0}),
		"loca": be([]uint32{0, uint32(len(glyph)), 2 * uint32(len(glyph))}),
		"glyf": append(slices.Clone(glyph), glyph...),
		"cmap": be(
			[]uint16{0, 1, 3, 1}, uint32(12), // one table, for Unicode
			[]uint16{4, 32, 0, 4, 4, 1, 0}, // format 4 with two segments
			[]uint16{'A', 0xFFFF, 0, 'A', 0xFFFF}, []int16{1 - 'A', 1}, []uint16{0, 0},
		),
		"post": be(uint32(0x30000), uint32(0), []int16{-100, 50}, []uint32{0, 0, 0, 0, 0}),
		"name": fontNames("corscope", "Regular"),
		"OS/2": be(
			uint16(3), int16(500), []uint16{400, 5, 0}, make([]int16, 11), // weight, width, scripts
			make([]byte, 10), []uint32{1, 0, 0, 0}, []byte("NONE"), uint16(0x40), []uint16{'A', 'A'}, []int16{800, -200, 0},
			[]uint16{800, 200}, []uint32{1, 0}, []int16{500, 500}, []uint16{0, 32, 1},
		),
	}
	return sfnt(tables)
}

func fontNames(family, style string) []byte {
	var records, text bytes.Buffer
	names := []struct {
		id   uint16
		text string
	}{{1, family}, {2, style}, {3, family}, {4, family}, {5, "1"}, {6, family}}
	for _, n := range names {
		records.Write(be([]uint16{3, 1, 0x409, n.id, uint16(2 * len(n.text)), uint16(text.Len())}))
		for _, c := range n.text {
			text.Write(be(uint16(c)))
		}
	}
	head := be([]uint16{0, uint16(len(names)), uint16(6 + records.Len())})
	return slices.Concat(head, records.Bytes(), text.Bytes())
}

// sfnt puts tables into one file, with the sums that readers check.
func sfnt(tables map[string][]byte) []byte {
	var names []string
	for name := range tables {
		names = append(names, name)
	}
	slices.Sort(names)
	n := uint16(len(names)) // ten: the greatest power of two below is eight
	head := be(uint32(0x10000), []uint16{n, 8 * 16, 3, (n - 8) * 16})
	at := len(head) + 16*len(names)
	var body []byte
	for _, name := range names {
		data := tables[name]
		length := len(data)
		for len(data)%4 != 0 {
			data = append(data, 0)
		}
		var sum uint32
		for i := 0; i < len(data); i += 4 {
			sum += binary.BigEndian.Uint32(data[i:])
		}
		head = append(head, be([]byte(name), sum, uint32(at+len(body)), uint32(length))...)
		body = append(body, data...)
	}
	return append(head, body...)
}

// be writes values one after the other, the great end first.
func be(values ...any) []byte {
	var b bytes.Buffer
	for _, v := range values {
		binary.Write(&b, binary.BigEndian, v) //nolint:errcheck // a buffer takes anything of a fixed size
	}
	return b.Bytes()
}
