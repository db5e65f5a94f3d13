package web

import "github.com/gin-gonic/gin"

func Register(engine *gin.Engine) {
	engine.Static("/assets", "./assets")
	engine.StaticFile("/favicon.ico", "./favicon.ico")
	pages := engine.Group("/")
	pages.GET("/", index)
	pages.GET("/about", index)
}

func index(c *gin.Context) {}
