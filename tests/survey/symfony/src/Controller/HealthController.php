<?php

namespace App\Controller;

use Symfony\Component\Routing\Attribute as Routing;

#[Routing\Route('/ping', methods: ['HEAD', 'GET'])]
#[Routing\Route('/pong')]
final class HealthController
{
    public function __invoke()
    {
    }
}
