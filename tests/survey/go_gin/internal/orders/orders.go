package orders

import (
	"path"

	"github.com/gin-gonic/gin"
)

// Register is called with the root's own group.
func Register(r *gin.RouterGroup, base string) {
	r.GET(base, list)
	r.GET(path.Join(base, ":id", "lines"), list)
}

// Unused is called by nobody: where it hangs is not known.
func Unused(r gin.IRouter) {
	r.GET("/unused/:id", list)
}

func list(c *gin.Context) {}
