package main

import (
	"log"

	"example.com/shop/internal/api"
	"example.com/shop/internal/web"
	"github.com/gin-gonic/gin"
)

func main() {
	server, err := api.NewServer(api.Config{Mode: "release"})
	if err != nil {
		log.Fatal(err)
	}
	web.Register(server.Engine())
	log.Fatal(server.Run(":8080"))
}

func debugEngine() *gin.Engine {
	debug := gin.Default()
	debug.GET("/debug/vars", vars)
	return debug
}

func vars(c *gin.Context) {
	c.JSON(200, gin.H{"a": c.Query("/x")})
}
