<?php

namespace App\Support;

final class Paths
{
    public const BASE_PATH = '/account';

    public const ACCOUNT = self::BASE_PATH . '/overview';
}
