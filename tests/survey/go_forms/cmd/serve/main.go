package main

import (
	"net/http"
	"os"
	"sync"

	"github.com/acme/forms/internal/generated"
	"github.com/acme/forms/internal/modules"
	"github.com/acme/forms/internal/server"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/spf13/cobra"
)

var root = &cobra.Command{
	Use: "serve",
	RunE: func(cmd *cobra.Command, args []string) error {
		r := chi.NewRouter()
		r.Get("/of-command", home)
		generated.HandlerFromMux(nil, r)
		generated.HandlerWithOptions(nil, generated.ChiServerOptions{BaseRouter: r, BaseURL: "/based"})
		s := server.New(server.WithPrefix("/opt"))
		r.Mount("/sub", s.Handler())
		return http.ListenAndServe(":80", r)
	},
}

var once sync.Once

func main() {
	once.Do(func() {
		engine := gin.Default()
		api := engine.Group("/api")
		register := func(g *gin.RouterGroup) {
			g.GET("/closure", nothing)
		}
		register(api)
		for _, setup := range []func(*gin.RouterGroup){modules.Users, modules.Posts} {
			setup(api)
		}
		modules.All(api)
		prefix := "/default"
		if value, ok := os.LookupEnv("PREFIX"); ok {
			prefix = value
		}
		engine.Group(prefix).GET("/configured", nothing)
		var v2 *gin.RouterGroup
		v2 = engine.Group("/v2")
		{
			deep := v2.Group("/deep")
			{
				deep.GET("", nothing)
			}
		}
		switch os.Getenv("MODE") {
		case "dev":
			engine.GET("/dev", nothing)
		default:
			engine.GET("/prod", nothing)
		}
		go func() { engine.Run() }()
	})
	root.Execute()
}

func nothing(c *gin.Context) {}

func home(w http.ResponseWriter, r *http.Request) {}
