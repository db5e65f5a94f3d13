package store

import (
	"example.com/app/models"
	"gorm.io/gorm"
)

func Migrate(db *gorm.DB) error {
	if err := db.AutoMigrate(&models.User{}, &models.Company{}, new(models.CreditCard)); err != nil {
		return err
	}
	return db.AutoMigrate(
		models.Language{},
		&models.Profile{}, // with its own name
		&models.Person{},
		&models.Category{},
		&models.Audit{},
	)
}
