plugins {
    id("org.springframework.boot") version "3.3.0"
    kotlin("plugin.jpa") version "2.0.0"
}
