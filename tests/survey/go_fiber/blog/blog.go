package blog

import "github.com/gofiber/fiber/v2"

// New returns an application of its own.
func New() *fiber.App {
	blog := fiber.New()
	blog.Get("/posts/:slug", func(c *fiber.Ctx) error { return nil })
	return blog
}
