package models

import "gorm.io/gorm"

type Audit struct {
	gorm.Model
	Line string
}

// TableName is computed.
func (a *Audit) TableName() string {
	return "audit_" + a.Line
}
