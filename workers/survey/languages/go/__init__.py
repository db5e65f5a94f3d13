"""Go: routes of gin, echo, chi, fiber, gorilla/mux, httprouter and net/http; models of GORM."""
