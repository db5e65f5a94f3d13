<?php

namespace App\Http;

use App\Enums\Area;
use Spatie\RouteAttributes\Attributes\Delete;
use Spatie\RouteAttributes\Attributes\Get;
use Spatie\RouteAttributes\Attributes\Middleware;
use Spatie\RouteAttributes\Attributes\Prefix;
use Spatie\RouteAttributes\Attributes\Route;

#[Prefix('users')]
#[Middleware('auth')]
class UserController
{
    #[Get('/', name: 'users.index')]
    public function index() {}

    #[Get(uri: '{user}')]
    #[Delete('{user:slug}/old')]
    public function show() {}

    #[Route(['put', 'patch'], '{user}')]
    public function update() {}
}
