<?php

namespace App\Http\Controllers;

use Illuminate\Support\Facades\Route;

class HomeController
{
    public function contact()
    {
        return Route::has('home') ? Route::currentRouteName() : request()->get('/no', 'x');
    }
}
