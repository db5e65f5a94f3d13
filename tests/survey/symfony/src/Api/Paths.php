<?php

namespace App\Api;

class Paths
{
    public const FEED_PATH = '/feed.{_format}';
}
