package prometheus

import (
	"reflect"
	"time"

	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/breakergen/breakergen/runtime"
)

// What newer versions of the client library can carry is set by the names of its fields: so that
// the module asks no one for a newer version, and those who have one get it.

// set sets a field where there is one; false elsewhere.
func set(message any, field string, value any) bool {
	f := reflect.ValueOf(message).Elem().FieldByName(field)
	if !f.IsValid() {
		return false
	}
	v := reflect.ValueOf(value)
	if f.Kind() == reflect.Pointer && v.Kind() != reflect.Pointer {
		f.Set(reflect.New(f.Type().Elem()))
		f = f.Elem()
	}
	f.Set(v)
	return true
}

// created is a moment to the millisecond that Prometheus knows: below it, a wall clock that is
// set gently moves what is reckoned from it.
func created(at time.Time) *timestamppb.Timestamp { return timestamppb.New(at.Round(time.Millisecond)) }

// setCreated says since when a counter or a histogram has counted.
func setCreated(message any, at *timestamppb.Timestamp) { set(message, "CreatedTimestamp", at) }

// nativeSchema is that of FineHistogram.Powers.
const nativeSchema = int32(2)

// setNative gives a histogram its native buckets: runs of those that aren't empty, each told
// by its difference to the one before.
func setNative(message *dto.Histogram, h *runtime.FineHistogram) {
	if !set(message, "Schema", nativeSchema) {
		return
	}
	zero, buckets := h.Powers()
	set(message, "ZeroThreshold", runtime.ShortestPower.Seconds())
	set(message, "ZeroCount", zero)

	spans := reflect.ValueOf(message).Elem().FieldByName("PositiveSpan")
	var deltas []int64
	var length uint32
	next, last := 0, int64(0)
	for index, n := range buckets {
		if spans.Len() == 0 || index != next {
			span := reflect.New(spans.Type().Elem().Elem())
			set(span.Interface(), "Offset", int32(index-next))
			spans.Set(reflect.Append(spans, span))
			length = 0
		}
		length++
		set(spans.Index(spans.Len()-1).Interface(), "Length", length)
		deltas = append(deltas, int64(n)-last)
		next, last = index+1, int64(n)
	}
	set(message, "PositiveDelta", deltas)
}
