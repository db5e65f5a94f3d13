package models

import (
	"database/sql"
	"time"

	"gorm.io/datatypes"
	"gorm.io/gorm"
)

type User struct {
	gorm.Model
	Name         string  `gorm:"type:varchar(100);not null" json:"name"`
	Email        *string `gorm:"uniqueIndex"`
	Age          uint8   `gorm:"default:18;check:age > 0"`
	Birthday     *time.Time
	MemberNumber sql.NullString `gorm:"unique"`
	HTTPProxyURL string
	OAuthID      string         `gorm:"index:idx_oauth,unique"`
	Settings     datatypes.JSON `gorm:"not null"`
	Roles        []string       `gorm:"serializer:json"`
	Avatar       []byte
	Status       Status  `gorm:"column:state;index:idx_state_age,priority:2"`
	Home         Address `gorm:"embedded;embeddedPrefix:home_"`
	password     string
	Token        string `gorm:"-"`
	CompanyID    *int
	Company      Company `gorm:"constraint:OnUpdate:CASCADE,OnDelete:SET NULL;"`
	ManagerID    *uint
	Manager      *User
	Cards        []CreditCard
	Languages    []*Language `gorm:"many2many:user_languages;"`
	Friends      []*User     `gorm:"many2many:friendships"`
	Profile      Profile
}

type Company struct {
	ID   int
	Code string `gorm:"uniqueIndex:idx_code_name"`
	Name string `gorm:"uniqueIndex:idx_code_name;comment:its name"`
}

type CreditCard struct {
	Base
	Number string `gorm:"primaryKey;autoIncrement:false"`
	UserID uint   `gorm:"index;not null"`
}

type Language struct {
	Code string `gorm:"primaryKey;size:2"`
	Name string
}

type Profile struct {
	ID        uint
	OwnerName string
	UserID    uint
}

func (Profile) TableName() string { return profiles }

// Person is migrated although no tag says anything.
type Person struct {
	ID     int64
	Nick   string
	BossID int64
	Boss   *Person `gorm:"foreignKey:BossID;references:ID"`
}

type Category struct {
	ID       uint `gorm:"primaryKey"`
	ParentID *uint
	Children []Category `gorm:"foreignKey:ParentID"`
}

// Total is a row of a query.
type Total struct {
	Sum int `gorm:"column:total"`
}
