package modules

import "github.com/gin-gonic/gin"

var handlers = map[string]gin.HandlerFunc{"/one": one, "/two": one}

type module interface {
	Register(g *gin.RouterGroup)
}

type registry struct {
	modules []module
}

func (r *registry) add(m module) { r.modules = append(r.modules, m) }

type tags struct{ path string }

func (t tags) Register(g *gin.RouterGroup) {
	group := g.Group(t.path)
	group.GET("", one)
	group.PUT("/:tag", one)
}

func All(g *gin.RouterGroup) {
	r := &registry{}
	r.add(tags{path: "/tags"})
	r.add(&tags{path: "/labels"})
	for _, m := range r.modules {
		m.Register(g)
	}
	for path, handler := range handlers {
		g.POST(path, handler)
	}
}

func Users(g *gin.RouterGroup) { g.GET("/users", one) }

func Posts(g *gin.RouterGroup) { handle(g, "GET", "/posts", one) }

func handle(g *gin.RouterGroup, method, path string, h gin.HandlerFunc) {
	if method == "GET" {
		g.GET(path, h)
	} else if method == "POST" {
		g.POST(path, h)
	}
}

func one(c *gin.Context) {}
