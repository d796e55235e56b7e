package gowrap

import (
	"context"
	"errors"
	"time"
)

// What gowrap v1.4.3 writes from its templates has these names and these signatures, and for
// what the test looks at, does this.

type UsersWithCircuitBreaker struct {
	Users
	most, failed int
	open         time.Duration
	until        time.Time
	ignored      []error
}

func NewUsersWithCircuitBreaker(base Users, consecutiveErrors int, openInterval time.Duration, ignoreErrors ...error) *UsersWithCircuitBreaker {
	return &UsersWithCircuitBreaker{Users: base, most: consecutiveErrors, open: openInterval, ignored: ignoreErrors}
}

func (u *UsersWithCircuitBreaker) Get(ctx context.Context, id string) (User, error) {
	if time.Now().Before(u.until) {
		return User{}, errors.New("UsersWithCircuitBreaker: circuit is open")
	}
	user, err := u.Users.Get(ctx, id)
	u.failed++
	for _, ignored := range append(u.ignored, nil) {
		if errors.Is(err, ignored) {
			u.failed = 0
		}
	}
	if u.failed >= u.most {
		u.until = time.Now().Add(u.open)
	}
	return user, err
}

type UsersWithRetry struct {
	Users
	count    int
	interval time.Duration
}

func NewUsersWithRetry(base Users, retryCount int, retryInterval time.Duration) UsersWithRetry {
	return UsersWithRetry{base, retryCount, retryInterval}
}

func (u UsersWithRetry) Get(ctx context.Context, id string) (user User, err error) {
	user, err = u.Users.Get(ctx, id)
	for range u.count {
		if err == nil {
			break
		}
		time.Sleep(u.interval)
		user, err = u.Users.Get(ctx, id)
	}
	return user, err
}

type UsersWithTimeoutConfig struct{ GetTimeout time.Duration }

type UsersWithTimeout struct {
	Users
	config UsersWithTimeoutConfig
}

func NewUsersWithTimeout(base Users, config UsersWithTimeoutConfig) UsersWithTimeout {
	return UsersWithTimeout{base, config}
}

func (u UsersWithTimeout) Get(ctx context.Context, id string) (User, error) {
	ctx, cancel := context.WithTimeout(ctx, u.config.GetTimeout)
	defer cancel()
	return u.Users.Get(ctx, id)
}
