package cookie

import (
	"cmp"
	"slices"
	"time"
)

// The limits of a jar, in cookies. The first counts one partition at a time, lest what one site embeds push out what
// another does.
const (
	maxPerDomain = 180
	maxInAll     = 3000
)

// expired: from the second it names on, a cookie is gone.
func (s *stored) expired(now time.Time) bool { return !s.Expires.IsZero() && !now.Before(s.Expires) }

// sweep removes the expired cookies.
func (j *Jar) sweep(now time.Time) {
	for _, cookies := range j.domains {
		for id, s := range cookies {
			if s.expired(now) {
				j.remove(id)
			}
		}
	}
}

func (j *Jar) remove(id identity) {
	cookies := j.domains[id.domain]
	delete(cookies, id)
	if len(cookies) == 0 {
		delete(j.domains, id.domain)
	}
	j.size--
}

// evict makes up for one cookie too many, in that domain and partition first, then in all. The expired are gone already.
//
// Spec: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.7
func (j *Jar) evict(domain, partition string) {
	if len(j.domains[domain]) > maxPerDomain {
		var kin []*stored
		for id, s := range j.domains[domain] {
			if id.partition == partition {
				kin = append(kin, s)
			}
		}
		if len(kin) > maxPerDomain {
			j.remove(slices.MinFunc(kin, bySecurity).identity())
		}
	}
	if j.size > maxInAll {
		all := make([]*stored, 0, j.size)
		for _, cookies := range j.domains {
			for _, s := range cookies {
				all = append(all, s)
			}
		}
		j.remove(slices.MinFunc(all, byUse).identity())
	}
}

// bySecurity puts what is not Secure first, lest an insecure answer push out what https has stored.
func bySecurity(a, b *stored) int {
	switch {
	case a.Secure == b.Secure:
		return byUse(a, b)
	case b.Secure:
		return -1
	}
	return 1
}

// byUse puts what was sent longest ago first, and of two the older.
func byUse(a, b *stored) int {
	return cmp.Or(a.LastAccess.Compare(b.LastAccess), cmp.Compare(a.arrival, b.arrival))
}
