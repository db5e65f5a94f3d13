package api

import "github.com/gofiber/fiber/v3"

type handler struct{ svc string }

func Register(r fiber.Router) {
	h := &handler{}
	r.Get("/things", h.list)
	r.Use("/things", h.mw).Patch("/things/:id", h.list)
}

func (h *handler) list(c fiber.Ctx) error { return nil }
func (h *handler) mw(c fiber.Ctx) error   { return nil }
