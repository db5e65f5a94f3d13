terraform {
  required_version = ">= 1.7"
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "db_password" {
  type      = string
  sensitive = true
}

resource "aws_cloudwatch_metric_alarm" "db_cpu" {
  alarm_name          = "shop-db-cpu"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 3
  threshold           = 80
}

resource "aws_db_instance" "shop" {
  engine            = "postgres"
  instance_class    = "db.t4g.small"
  allocated_storage = 20
  password          = var.db_password
}
