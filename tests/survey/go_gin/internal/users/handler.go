package users

import "github.com/gin-gonic/gin"

type Handler struct{}

func NewHandler() *Handler { return &Handler{} }

func (h *Handler) Routes(group *gin.RouterGroup) {
	group.GET("", h.list)
	group.GET("/:id", h.get)
	h.admin(group.Group("/admin"))
}

func (h *Handler) admin(rg gin.IRoutes) {
	rg.POST("/ban/:id", h.get)
}

func (h *Handler) list(c *gin.Context) {}
func (h *Handler) get(c *gin.Context)  {}
