package auth

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestPasswordRoundTrip(t *testing.T) {
	hash, err := HashPassword("correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if CheckPassword(hash, "correct horse") != nil {
		t.Error("the right password was refused")
	}
	if CheckPassword(hash, "battery staple") == nil {
		t.Error("a wrong password passed")
	}
}

func TestRequireRefusesNoToken(t *testing.T) {
	guarded := NewTokens([]byte("k")).Require(http.NotFoundHandler())
	answer := httptest.NewRecorder()
	guarded.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/v1/bookings", nil))
	if answer.Code != http.StatusUnauthorized {
		t.Errorf("got %d", answer.Code)
	}
}
