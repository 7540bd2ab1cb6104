package cookie

// ParseDate lets the tests ask for a date without a cookie round it.
var ParseDate = parseDate
