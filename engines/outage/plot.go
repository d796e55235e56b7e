package main

import (
	"bytes"
	"image/color"
	"strconv"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	draw2d "gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// looks tell the chains apart, by colour and by the line's shape.
var looks = []struct {
	color  color.RGBA
	dashes []vg.Length
	width  vg.Length
}{
	{color.RGBA{0, 114, 178, 255}, nil, 2.5},
	{color.RGBA{86, 180, 233, 255}, []vg.Length{8, 3}, 2},
	{color.RGBA{213, 94, 0, 255}, []vg.Length{2, 2}, 1.5},
	{color.RGBA{0, 158, 115, 255}, []vg.Length{6, 2, 2, 2}, 1.5},
	{color.RGBA{204, 121, 167, 255}, []vg.Length{4, 4}, 1.5},
	{color.RGBA{90, 90, 90, 255}, []vg.Length{1, 3}, 1.5},
}

// draw returns the picture: who is served, and what the dependency has to bear.
func draw(runs []*run) ([]byte, error) {
	served := plot.New()
	served.Title.Text = "Callers served, %"
	served.Y.Min, served.Y.Max = 0, 105
	load := plot.New()
	load.Title.Text = "Calls a second that reach the dependency"
	load.X.Label.Text = "seconds; the brownout is from 30 to 60"
	load.Y.Min = 0
	for i, r := range runs {
		share, reached := make(plotter.XYs, 0), make(plotter.XYs, 0)
		for at := time.Duration(0); at < duration; at += time.Second {
			x := at.Seconds() + 0.5
			share = append(share, plotter.XY{X: x, Y: 100 * r.served(at, at+time.Second)})
			reached = append(reached, plotter.XY{X: x, Y: float64(r.reachedIn(at, at+time.Second))})
		}
		if err := add(served, i, share, ""); err != nil {
			return nil, err
		}
		if err := add(load, i, reached, r.name); err != nil {
			return nil, err
		}
	}
	for _, p := range []*plot.Plot{served, load} {
		p.X.Min, p.X.Max = 0, duration.Seconds()
		p.Add(plotter.NewGrid())
	}
	served.Y.Tick.Marker = ticks("0", "50", "100")
	load.Y.Tick.Marker = ticks("0", "1000", "2000")
	load.Legend.Top, load.Legend.Left = true, true
	load.Legend.XOffs = 5.6 * vg.Inch // where there is room

	canvas := vgsvg.New(9*vg.Inch, 7*vg.Inch)
	all := draw2d.New(canvas)
	all.SetColor(color.White)
	all.Fill(all.Rectangle.Path())
	tiles := draw2d.Tiles{Rows: 2, Cols: 1, PadX: 8, PadY: 12, PadTop: 8, PadBottom: 8, PadLeft: 8, PadRight: 16}
	plots := [][]*plot.Plot{{served}, {load}}
	for row, aligned := range plot.Align(plots, tiles, all) {
		plots[row][0].Draw(aligned[0])
	}
	var svg bytes.Buffer
	_, err := canvas.WriteTo(&svg)
	return svg.Bytes(), err
}

func ticks(at ...string) plot.ConstantTicks {
	var all plot.ConstantTicks
	for _, label := range at {
		value, _ := strconv.ParseFloat(label, 64)
		all = append(all, plot.Tick{Value: value, Label: label})
	}
	return all
}

func add(p *plot.Plot, i int, points plotter.XYs, name string) error {
	line, err := plotter.NewLine(points)
	if err != nil {
		return err
	}
	line.Color, line.Dashes, line.Width = looks[i].color, looks[i].dashes, looks[i].width
	p.Add(line)
	if name != "" {
		p.Legend.Add(name, line)
	}
	return nil
}
