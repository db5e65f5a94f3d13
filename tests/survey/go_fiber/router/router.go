package router

import "github.com/gofiber/fiber/v2"

// SetupRoutes sets up all routes.
func SetupRoutes(app *fiber.App) {
	api := app.Group("/api", logger)
	v1 := api.Group("/v1", logger)
	v1.Get("/list", handle)
	var notes = v1.Group("note")
	notes.Post("/", handle)
	notes.Delete(":noteId", handle)
	for _, method := range []string{fiber.MethodPatch, "PUT"} {
		notes.Add(method, "/:noteId", handle)
	}
	product(v1)
}

func product(r fiber.Router) {
	group := r.Group("/products")
	group.Head("/:id", handle)
}

func handle(c *fiber.Ctx) error { return nil }
func logger(c *fiber.Ctx) error { return c.Next() }
