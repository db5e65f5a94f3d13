<?php

namespace App\Enums;

enum Area: string
{
    case Admin = 'back-office';
}
