package main

import (
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/cors"

	"fiberapp/blog"
	"fiberapp/router"
)

func main() {
	app := fiber.New(fiber.Config{Prefork: true})
	app.Use(cors.New())
	app.Use("/only", cors.New())
	app.Get("/", hello)
	app.All("/all", hello)
	app.Add("PROPFIND", "/dav/*", hello)
	app.Add(fiber.MethodOptions, "/add", hello)
	app.Get("/flights/:from-:to", hello)
	app.Get("/user/:name?", hello)
	app.Get("/constraint/:id<int;min(1)>", hello)
	app.Static("/", "./public")
	app.Get("/value", func(c *fiber.Ctx) error { return c.SendString(c.Get("/x", "y")) })

	router.SetupRoutes(app)
	app.Mount("/blog", blog.New())

	micro := fiber.New()
	micro.Post("/doe", hello)
	app.Use("/john", micro)

	app.Route("/test", func(api fiber.Router) {
		api.Get("/foo", hello).Name("foo")
		api.Put("/bar", hello)
	}, "test.")

	app.Listen(":3000")
}

func hello(c *fiber.Ctx) error { return nil }
