<?php

namespace App\Api;

use ApiPlatform\Metadata\ApiResource;

#[ApiResource]
class Product
{
}
